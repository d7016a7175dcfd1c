import express from 'express';
import { describe, expect, it } from 'vitest';
import { serve } from '../http/harness.js';

describe('the locals of a response', () => {
  it('are one object, empty at first, that mounted applications see as well', async () => {
    const { router, request } = await serve();
    const app = express();
    app.get(
      '/',
      (_req, res) => void res.json({ ...res.locals, isOwn: Object.hasOwn(res, 'locals') }),
    );
    router.use('/x', (req, res, next) => {
      const isEmpty =
        Object.getPrototypeOf(res.locals) === null && Object.keys(res.locals).length === 0;
      res.locals['isEmpty'] = isEmpty;
      app(req, res, next);
    });

    expect(JSON.parse((await request('/x')).body)).toMatchObject({ isEmpty: true, isOwn: true });
  });

  it('may be replaced', async () => {
    const { router, request } = await serve();
    router.use('/x', (_req, res) => {
      res.locals = { user: 'a' };
      res.json(res.locals);
    });

    expect((await request('/x')).body).toBe('{"user":"a"}');
  });
});
