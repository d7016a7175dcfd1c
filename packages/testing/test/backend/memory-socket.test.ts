import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { createMemoryConnection } from '../../src/backend/memory-socket.js';

describe('a connection in memory', () => {
  it('carries bytes both ways, counts them, and ends', async () => {
    const { client, server } = createMemoryConnection();
    const closed = Promise.all([once(client, 'close'), once(server, 'close')]);

    client.write('ping');
    const [ping] = await once(server, 'data');
    server.end('pong');
    const pong = await text(client);
    server.resume();
    await closed;

    expect([String(ping), pong]).toEqual(['ping', 'pong']);
    expect(client).toMatchObject({ bytesWritten: 4, bytesRead: 4, remoteAddress: '127.0.0.1' });
    expect(server).toMatchObject({ bytesWritten: 4, bytesRead: 4, remoteAddress: '127.0.0.1' });
  });

  it('lets who writes wait until somebody reads', async () => {
    const { client, server } = createMemoryConnection();
    const chunk = Buffer.alloc(server.readableHighWaterMark * 2);
    let written = 0;
    for (let count = 0; count < 3; count++) client.write(chunk, () => (written += 1));
    await new Promise(setImmediate);
    expect(written).toBeLessThan(3);

    client.end();
    const received = await text(server);

    expect(received.length).toBe(chunk.length * 3);
    expect(written).toBe(3);
    server.destroy();
  });

  it('ends for the other end when it is destroyed', async () => {
    const { client, server } = createMemoryConnection();

    client.destroy();
    await once(server.resume(), 'end');
    server.on('error', () => {});
    server.write('to nobody');
    const [error] = await once(server, 'error');

    expect(error).toMatchObject({ code: 'EPIPE' });
  });

  it('breaks off, which is an error at the other end, and says where it is', async () => {
    const { client, server } = createMemoryConnection();
    const broken = once(client, 'error');

    expect(server.resetAndDestroy()).toBe(server);

    expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(server.address()).toEqual({ address: '127.0.0.1', family: 'IPv4', port: 0 });
  });

  it('sends all before it is destroyed soon', async () => {
    const { client, server } = createMemoryConnection();

    server.write('last words');
    server.destroySoon();

    expect(await text(client)).toBe('last words');
    expect(server.destroyed).toBe(true);
  });

  it('tells when nothing came for a time, unless that is taken back', async () => {
    const { client, server } = createMemoryConnection();
    const told: string[] = [];
    const tell = (end: string) => () => void told.push(end);
    server.setTimeout(1, tell('server'));
    server.setTimeout(0);
    const keep = setInterval(() => {}, 1000); // the timer of a connection does not keep the process

    client.setTimeout(2, tell('client'));
    await once(client, 'timeout');

    expect(told).toEqual(['client']);
    clearInterval(keep);
    client.destroy();
    server.destroy();
  });
});
