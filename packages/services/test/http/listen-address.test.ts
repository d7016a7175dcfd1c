import { ConfigReader, type JsonValue } from '@stagewire/config';
import { describe, expect, it } from 'vitest';
import { readListenAddress } from '../../src/http/listen-address.js';

function read(listen?: JsonValue) {
  return readListenAddress(new ConfigReader({ backend: listen === undefined ? {} : { listen } }));
}

describe('[RHR-10] the address to listen on', () => {
  it.each<[JsonValue | undefined, { host: string; port: number }]>([
    [undefined, { host: '', port: 7007 }],
    ['8080', { host: '', port: 8080 }],
    [8080, { host: '', port: 8080 }],
    [':8080', { host: '', port: 8080 }],
    ['0', { host: '', port: 0 }],
    ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
    ['example.com:8080', { host: 'example.com', port: 8080 }],
    ['[::1]:8080', { host: '::1', port: 8080 }],
    [{}, { host: '', port: 7007 }],
    [{ port: 1 }, { host: '', port: 1 }],
    [{ port: '1' }, { host: '', port: 1 }],
    [{ host: '0.0.0.0' }, { host: '0.0.0.0', port: 7007 }],
    [
      { host: '', port: 65_535 },
      { host: '', port: 65_535 },
    ],
  ])('%j is %j', (listen, address) => {
    expect(read(listen)).toEqual(address);
  });

  it.each<[JsonValue, string]>([
    ['http', 'http'],
    ['host:', 'host:'],
    ['a:b:1', 'a:b:1'],
    ['::1:8080', '::1:8080'],
    ['80x', '80x'],
    ['65536', '65536'],
    [-1, '-1'],
    [true, 'true'],
    [['1'], '["1"]'],
    [{ port: 65_536 }, '{"port":65536}'],
  ])('%j cannot be read', (listen, text) => {
    expect(() => read(listen)).toThrow(
      expect.objectContaining({
        code: 'E_LISTEN_ADDRESS',
        message: `Unable to parse listen address ${text}, expected <port> or <host>:<port>`,
      }),
    );
  });
});
