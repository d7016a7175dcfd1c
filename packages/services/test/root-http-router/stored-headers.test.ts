import { ServerResponse, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { storeFirstHeaders } from '../../src/root-http-router/stored-headers.js';

const HEADERS = { 'x-a': ['X-A', '1'] } as { [key: string]: [string, string] };

function createResponse() {
  const request = { method: 'GET', headers: {}, httpVersionMajor: 1, httpVersionMinor: 1 };
  return new ServerResponse(request as IncomingMessage);
}

describe('headers that are stored at once', () => {
  it('are headers like all others on this Node', () => {
    const response = createResponse();

    expect(storeFirstHeaders(response, { ...HEADERS })).toBe(true);
    response.setHeader('X-B', '2');
    response.appendHeader('x-a', '3');
    expect(response.getHeaders()).toEqual({ 'x-a': ['1', '3'], 'x-b': '2' });
    response.writeHead(200);
    expect((response as unknown as { _header: string })._header).toContain(
      '\r\nX-A: 1\r\nX-A: 3\r\nX-B: 2\r\n',
    );
  });

  it('are refused by a response that has headers, or has sent them', () => {
    const used = createResponse().setHeader('X-C', '1');
    const sent = createResponse().writeHead(200);

    expect([used, sent].map((response) => storeFirstHeaders(response, HEADERS))).toEqual([
      false,
      false,
    ]);
    expect(used.getHeaderNames()).toEqual(['x-c']);
  });
});
