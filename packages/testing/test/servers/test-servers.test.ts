import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findServers, type Candidate } from '../../src/servers/test-servers.js';

const VARIABLE = 'STAGEWIRE_TEST_POSTGRES';

const candidates: Candidate<string>[] = [
  { id: 'MEMORY' },
  { id: 'NAMED', kind: 'postgres', variable: 'TEST_SERVERS_NAMED' },
  { id: 'NEW', kind: 'postgres', variable: 'TEST_SERVERS_NEW' },
  { id: 'OLD', kind: 'postgres', variable: 'TEST_SERVERS_OLD' },
];

function setVariable(name: string, value: string) {
  const before = process.env[name];
  process.env[name] = value;
  onTestFinished(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}

async function listen() {
  const server = createServer((socket) => socket.destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `postgres://a@127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => new Promise((resolve) => server.close(resolve));
  return { url, close };
}

describe('findServers', () => {
  it('takes what is named, and one server of a kind for the first of the others or for all', async () => {
    const { url, close } = await listen();
    onTestFinished(() => void close());
    setVariable(VARIABLE, url);
    setVariable('TEST_SERVERS_NAMED', 'postgres://b');
    const lines: string[] = [];

    const forFirst = findServers(candidates, false, (line) => lines.push(line));
    const forAll = findServers(candidates, true, (line) => lines.push(line));

    expect([...forFirst]).toEqual([
      ['MEMORY', undefined],
      ['NAMED', 'postgres://b'],
      ['NEW', url],
    ]);
    expect([...forAll]).toEqual([...forFirst, ['OLD', url]]);
    expect(lines).toEqual([
      'No server for OLD: left out. Say where one is with TEST_SERVERS_OLD, or where any is with STAGEWIRE_TEST_POSTGRES.',
    ]);
  });

  it('leaves out what has no server, with a line that says how to get it', async () => {
    const { url, close } = await listen();
    await close();
    setVariable(VARIABLE, url);
    const lines: string[] = [];

    const found = findServers(candidates, true, (line) => lines.push(line));

    expect([...found]).toEqual([['MEMORY', undefined]]);
    expect(lines).toEqual([
      'No server for NAMED, NEW, OLD: left out. Say where one is with TEST_SERVERS_NAMED, or where any is with STAGEWIRE_TEST_POSTGRES.',
    ]);
  });
});
