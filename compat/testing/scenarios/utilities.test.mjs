import {
  createMockDirectory,
  mockErrorHandler,
  registerMswTestHooks,
} from '@backstage/backend-test-utils';
import { InputError } from '@backstage/errors';
import express from 'express';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';

describe('a directory of a test', () => {
  const directory = createMockDirectory({ content: { 'first.txt': 'one' } });

  beforeEach(() => directory.clear());

  it('is filled and read as an object', () => {
    directory.setContent({ 'a.txt': 'a', sub: { 'b.txt': 'b', 'deep/c.json': '{}' }, empty: {} });

    expect(readFileSync(join(directory.path, 'sub/b.txt'), 'utf8')).toBe('b');
    expect(directory.resolve('sub', 'b.txt')).toBe(join(directory.path, 'sub', 'b.txt'));
    expect(directory.content()).toEqual({
      'a.txt': 'a',
      sub: { 'b.txt': 'b', deep: { 'c.json': '{}' } },
      empty: {},
    });
  });

  it('shows what was written, text and bytes', () => {
    directory.addContent({ 'bytes.bin': Buffer.from([0, 255]) });
    writeFileSync(directory.resolve('new.txt'), 'new');

    expect(directory.content()).toEqual({ 'bytes.bin': Buffer.from([0, 255]), 'new.txt': 'new' });
    expect(directory.content({ path: 'none' })).toBeUndefined();
  });
});

describe('an error handler for routers', () => {
  it('answers as a backend does', async () => {
    const app = express();
    app.get('/', () => {
      throw new InputError('not so');
    });
    app.use(mockErrorHandler());

    const answer = await request(app).get('/');

    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ name: 'InputError', message: 'not so' });
  });
});

describe('hooks for a server of mock answers', () => {
  const calls = [];
  registerMswTestHooks({
    listen: (options) => calls.push(['listen', options]),
    resetHandlers: () => calls.push(['resetHandlers']),
    close: () => calls.push(['close']),
  });

  it('begin before the tests', () => {
    expect(calls).toEqual([['listen', { onUnhandledRequest: 'error' }]]);
  });

  it('reset after each', () => {
    expect(calls.at(-1)).toEqual(['resetHandlers']);
  });
});
