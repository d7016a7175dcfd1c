import express from 'express';
import { describe, expect, it } from 'vitest';
import { readJsonBody } from '../../src/http/read-json-body.js';
import { serve } from './harness.js';

async function serveReader(limit = '1kb') {
  const served = await serve();
  served.router.use('/read', async (req, res) => {
    res.json({ body: await readJsonBody(req, res, limit) });
  });
  return (body: string | undefined, headers = {}) =>
    served.request({
      method: 'POST',
      path: '/read',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
}

describe('a JSON body', () => {
  it('is read once, whoever reads it', async () => {
    const send = await serveReader();

    expect((await send('{"a":1}')).body).toBe('{"body":{"a":1}}');
    expect((await send(undefined)).body).toBe('{"body":{}}');
    expect((await send('a=1', { 'content-type': 'text/plain' })).body).toBe('{"body":{}}');
  });

  it('keeps what an earlier parser has read', async () => {
    const served = await serve();
    const parsed = express.Router();
    parsed.use(express.json(), async (req, res) => {
      res.json({ body: await readJsonBody(req, res, '1b') });
    });
    served.router.use('/y', parsed);
    const headers = { 'content-type': 'application/json' };

    expect(
      (await served.request({ method: 'POST', path: '/y', headers, body: '[1,2]' })).body,
    ).toBe('{"body":[1,2]}');
  });

  it.each([
    ['is longer than its reader allows', JSON.stringify('x'.repeat(2000)), {}, 413],
    ['is no JSON', '{', {}, 400],
    ['is a plain value', '"text"', {}, 400],
    ['is in no known encoding', '{}', { 'content-encoding': 'nonsense' }, 415],
    ['is not in the encoding it claims', '{}', { 'content-encoding': 'gzip' }, 400],
    [
      'is in no known set of characters',
      '{}',
      { 'content-type': 'application/json; charset=x' },
      415,
    ],
  ])('is refused when it %s', async (_, body, headers, status) => {
    const send = await serveReader();
    const answer = await send(body, headers);

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ response: { statusCode: status } });
  });

  it('may be longer for one reader than for another', async () => {
    const [short, long] = [await serveReader('1kb'), await serveReader('10kb')];
    const body = JSON.stringify(['x'.repeat(2000)]);

    expect([(await short(body)).status, (await long(body)).status]).toEqual([413, 200]);
  });
});
