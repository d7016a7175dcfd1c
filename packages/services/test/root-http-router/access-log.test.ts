import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { AccessLog } from '../../src/root-http-router/access-log.js';
import { moment, recordingLogger, serve, type Served } from '../http/harness.js';

async function linesOf({ logger }: Served, count: number) {
  const find = () => logger.lines.filter((line) => (line.meta as { type?: string })?.type);
  await vi.waitFor(() => expect(find().length).toBe(count));
  return find();
}

describe('[RHR-9] the access log', () => {
  it('has a line and its fields for each request', async () => {
    const served = await serve();
    served.router.use('/api/x', (_req, res) => void res.status(201).send('12345'));
    await served.request({
      method: 'POST',
      path: '/api/x/y?z=1',
      headers: { 'user-agent': 'test "1"', referer: 'http://from.com/' },
    });
    const [line] = await linesOf(served, 1);
    const { date } = line!.meta as { date: string };

    expect(new Date(date).toISOString()).toBe(date);
    expect(line).toEqual({
      level: 'info',
      message: `[${date}] "POST /api/x/y?z=1 HTTP/1.1" 201 5 "http://from.com/" "test "1""`,
      meta: {
        type: 'incomingRequest',
        date,
        method: 'POST',
        url: '/api/x/y?z=1',
        status: 201,
        httpVersion: '1.1',
        userAgent: 'test "1"',
        contentLength: 5,
        referrer: 'http://from.com/',
      },
      fields: { service: 'rootHttpRouter' },
    });
  });

  it('marks calls that came without a network', async () => {
    const served = await serve();
    served.router.use('/x', (_req, res) => void res.send('1'));
    await (await fetch(`http://127.0.0.1:${served.port}/x`)).text();
    await served.request('/x');
    const lines = await linesOf(served, 2);

    expect(lines.map(({ meta }) => (meta as { local?: boolean }).local)).toEqual([true, undefined]);
  });

  it('leaves out what there is not', async () => {
    const served = await serve();
    served.router.use('/x', (_req, res) => {
      res.write('a');
      res.end();
    });
    await served.request('/x');
    await served.request('/none');
    const [streamed, missing] = await linesOf(served, 2);

    expect(streamed?.message).toMatch(/"GET \/x HTTP\/1.1" 200 0 "-" "-"$/);
    expect(Object.keys(streamed?.meta as object).sort()).toEqual([
      'date',
      'httpVersion',
      'method',
      'status',
      'type',
      'url',
    ]);
    expect(missing?.message).toMatch(/"GET \/none HTTP\/1.1" 404 0 "-" "-"$/);
  });

  it('tells of a client that went away before the response began', async () => {
    const served = await serve();
    const arrival = moment();
    served.router.use('/slow', () => arrival.tell());
    const socket = connect(served.port, '127.0.0.1');
    socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await arrival.come;
    socket.destroy();
    await once(socket, 'close');
    const [line] = await linesOf(served, 1);

    expect(line?.message).toMatch(/"GET \/slow HTTP\/1.1" - 0 "-" "-"$/);
    expect(line?.meta).not.toHaveProperty('status');
  });

  it('makes no line when the logger says that it would not write it', () => {
    const logger = recordingLogger();
    const asked: string[] = [];
    const isLevelEnabled = (level: string) => {
      asked.push(level);
      return false;
    };
    const response = new EventEmitter() as ServerResponse;
    new AccessLog(Object.assign(logger, { isLevelEnabled })).follow(response);

    response.emit('close');

    expect(asked).toEqual(['info']);
    expect(logger.lines).toEqual([]);
  });
});
