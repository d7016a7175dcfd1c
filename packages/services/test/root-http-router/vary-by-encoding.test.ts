import compression from 'compression';
import { ServerResponse, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { varyByEncoding } from '../../src/root-http-router/vary-by-encoding.js';

const REQUEST = { method: 'GET', headers: {}, httpVersionMajor: 1, httpVersionMinor: 1 };

describe('answers whose type would be compressed', () => {
  it.each([
    [{}, 'Accept-Encoding'],
    [{ Vary: 'Origin' }, 'Origin, Accept-Encoding'],
    [{ Vary: 'Origin, accept-encoding' }, 'Origin, accept-encoding'],
    [{ Vary: '*' }, '*'],
    [{ 'Cache-Control': 'public, no-transform' }, undefined],
  ])('say that they depend on the encoding: with %j', (headers, expected) => {
    expect(varyOf({ 'Content-Type': 'application/json; charset=utf-8', ...headers })).toBe(
      expected,
    );
  });

  it.each([
    'text/html; charset=utf-8',
    'text/event-stream',
    'application/json',
    'application/problem+json',
    'application/javascript',
    'application/xml',
    'application/wasm',
    'image/svg+xml',
    'image/png',
    'image/jpeg',
    'font/otf',
    'font/woff2',
    'application/octet-stream',
    'application/zip',
    'application/pdf',
    'video/mp4',
    'nothing',
  ])('are told as the compression middleware tells them: %s', (type) => {
    const wouldCompress = compression.filter(
      { headers: {} } as never,
      { getHeader: () => type } as never,
    );

    expect(varyOf({ 'Content-Type': type }) !== undefined).toBe(Boolean(wouldCompress));
  });

  it('are known by headers that are only about to be written', () => {
    const response = new ServerResponse(REQUEST as IncomingMessage);

    varyByEncoding(response, { 'content-type': 'text/plain' });

    expect(response.getHeader('vary')).toBe('Accept-Encoding');
  });

  it('do not depend on it where these headers forbid to transform them', () => {
    const response = new ServerResponse(REQUEST as IncomingMessage);
    response.setHeader('Cache-Control', 'public');

    varyByEncoding(response, { 'CONTENT-TYPE': 'text/plain', 'cache-control': 'no-transform' });

    expect(response.getHeader('vary')).toBeUndefined();
  });
});

function varyOf(headers: Record<string, string>) {
  const response = new ServerResponse(REQUEST as IncomingMessage);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  varyByEncoding(response);
  return response.getHeader('vary');
}
