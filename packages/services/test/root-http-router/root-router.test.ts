import express, { type RequestHandler } from 'express';
import { Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { HTTP_SERVER, MOUNT_PLUGIN, mountsPlugins } from '../../src/http/plugin-mount.js';
import { RootRouter } from '../../src/root-http-router/root-router.js';
import { serve } from '../http/harness.js';

/** Answers with a name and with where it is mounted. */
function answer(name: string): RequestHandler {
  return (req, res) => {
    res.send(`${name} ${req.baseUrl}|${req.url}`);
  };
}

const forErrors = (_error: unknown, _req: unknown, _res: unknown, _next: unknown) => {};
const createExpressRouter = () => express.Router();
const passOn: RequestHandler = (_req, _res, next) => next();

describe('the root router', () => {
  it.each(['', '/', '//', ' ', ' / '])('[RHR-2] refuses the empty path %j', async (path) => {
    const { router } = await serve();

    expect(() => router.use(path, passOn)).toThrow(
      expect.objectContaining({
        code: 'E_ROOT_PATH_EMPTY',
        message: 'Root router path may not be empty',
      }),
    );
  });

  it.each([
    ['/a', '/a'],
    ['/a/', '/A'],
    ['/a', '/a/b'],
    ['/a/b/c', '/a'],
    ['/api/x', '/API/x/'],
    ['/api/:id', '/api/:id/x'],
  ])('[RHR-3] lets %s conflict with %s', async (existing, path) => {
    const { router } = await serve();
    router.use(existing, passOn);

    expect(() => router.use(path, passOn)).toThrow(
      expect.objectContaining({
        code: 'E_ROOT_PATH_CONFLICT',
        message: `Path ${path} conflicts with the existing path ${existing}`,
      }),
    );
  });

  it('[RHR-3] compares paths as text, segment by segment', async () => {
    const { router } = await serve();

    for (const path of ['/a', '/ab', '/api/x', '/api/:id', '/api/xy', '/b/c', '/b/d']) {
      router.use(path, passOn);
    }
  });

  it('[RHR-3] asks the paths that match in the order in which they were added', async () => {
    const { router, request } = await serve();
    router.use('/api/early', answer('early'));
    router.use('/api/:id', answer('pattern'));
    router.use('/api/late', answer('late'));

    expect((await request('/api/early/1')).body).toBe('early /api/early|/1');
    expect((await request('/api/late/1')).body).toBe('pattern /api/late|/1');
    expect((await request('/api/other')).body).toBe('pattern /api/other|/');
  });

  it('goes on with the next one when a handler passes a request on, with the url as it was', async () => {
    const { router, request } = await serve();
    router.use('/api/x', passOn);
    router.use('/api/:id', passOn);
    router.use('/:any/x', (req, _res, next) => {
      req.url = '/y';
      next();
    });
    router.use('/*', answer('last'));

    expect((await request('/api/x/1?q')).body).toBe('last /api/x/y|/');
  });

  it('[HR-8] hands what a handler throws or rejects with to the error handler', async () => {
    const { router, request } = await serve();
    router.use('/throws', () => {
      throw new Error('at once');
    });
    router.use('/rejects', (async () => {
      throw Object.assign(new Error('later'), { name: 'ConflictError' });
    }) as RequestHandler);
    router.use('/pattern/:id', (async () => {
      throw new Error('in a pattern');
    }) as RequestHandler);
    router.use('/nothing', (() => Promise.reject()) as RequestHandler);

    expect(await request('/throws')).toMatchObject({
      status: 500,
      body: expect.stringContaining('"url":"/throws"') as string,
    });
    expect((await request('/rejects')).status).toBe(409);
    expect((await request('/pattern/1')).body).toContain('in a pattern');
    expect((await request('/nothing')).status).toBe(500);
  });

  it('[RHR-4] lets the handler at the index path answer what nobody else does', async () => {
    const { router, request } = await serve();
    router.use('/api/app', answer('app'));
    router.use('/metrics', passOn);

    expect((await request('/')).body).toBe('app |/');
    expect((await request('/some/page?x')).body).toBe('app |/some/page?x');
    expect((await request('/metrics/1')).body).toBe('app |/metrics/1');
    expect((await request('/api/app/1')).body).toBe('app /api/app|/1');
    expect((await request('/apis')).body).toBe('app |/apis');
    for (const path of ['/api', '/api/', '/API/other', '/api/other/1']) {
      expect(await request(path)).toMatchObject({ status: 404, body: '' });
    }
  });

  it('[RHR-4] answers 404 when that handler passes on, however it does', async () => {
    const { router, request } = await serve();
    const params: unknown[] = [];
    router.use('/api/app', (req, _res, next) => {
      params.push(req.params);
      next(req.query['signal'] as 'route');
    });

    for (const path of ['/', '/?signal=route', '/?signal=router', '/api/app?signal=router']) {
      expect(await request(path)).toMatchObject({ status: 404, body: '' });
    }
    expect((await request('/?signal=other')).status).toBe(500);
    expect(params).toEqual(Array.from({ length: 5 }, () => ({})));
  });

  it('[RHR-4] takes the index path to the letter', async () => {
    const { router, request } = await serve();
    router.use('/api/APP', answer('app'));

    expect((await request('/')).status).toBe(404);
    expect((await request('/api/app')).status).toBe(200);
  });

  it('[RHR-4] can have another index path, or none', async () => {
    const home = await serve({}, { router: { indexPath: '/home' } });
    home.router.use('/home', answer('home'));
    const none = await serve({}, { router: { indexPath: false } });
    none.router.use('/api/app', answer('app'));

    expect((await home.request('/x')).body).toBe('home |/x');
    expect((await none.request('/x')).status).toBe(404);
  });

  it('[RHR-4] refuses an empty index path', async () => {
    await expect(serve({}, { router: { indexPath: '' } })).rejects.toThrow(
      expect.objectContaining({
        code: 'E_INDEX_PATH_EMPTY',
        message: 'indexPath option may not be an empty string',
      }),
    );
  });

  it('[RHR-5] answers 404 with an empty body when nobody answers', async () => {
    const { request } = await serve();

    expect(await request('/x')).toMatchObject({ status: 404, body: '' });
  });

  it('refuses what is not a handler of requests', async () => {
    const { router } = await serve();

    for (const [what, got] of [
      [{}, 'object'],
      [null, 'null'],
      [forErrors, 'handler for errors'],
    ]) {
      expect(() => router.use('/x', what as unknown as RequestHandler)).toThrow(
        expect.objectContaining({
          code: 'E_HTTP_HANDLER',
          name: 'TypeError',
          message: `rootHttpRouter.use() requires a middleware function but got a ${got}`,
        }),
      );
    }
  });
});

describe('a mounted plugin', () => {
  it('conflicts with the path that it is mounted at, in any case', async () => {
    const { router } = await serve();
    router[MOUNT_PLUGIN]('a', passOn);

    expect(() => router.use('/api/A', passOn)).toThrow('Path /api/A conflicts');
    expect(() => router[MOUNT_PLUGIN]('a', passOn)).toThrow('Path /api/a conflicts');
  });

  it('answers after it was released until a later mount takes its place', async () => {
    const { router, request } = await serve();
    const first = router[MOUNT_PLUGIN]('app', answer('first'));

    first.release();
    expect((await request('/api/app')).body).toBe('first /api/app|/');
    router[MOUNT_PLUGIN]('app', answer('second'));
    first.release();

    expect((await request('/api/app')).body).toBe('second /api/app|/');
    expect((await request('/index')).body).toBe('second |/index');
    expect(() => router[MOUNT_PLUGIN]('app', passOn)).toThrow('conflicts');
  });

  it('is found among a thousand in a moment, and costs as much as the first to add', () => {
    const router = new RootRouter({ server: new Server(), indexPath: false, createExpressRouter });
    const time = (from: number, to: number) => {
      const start = process.cpuUsage();
      for (let n = from; n < to; n += 1) router[MOUNT_PLUGIN](`plugin-${n}`, passOn);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / (to - from);
    };

    time(0, 1000);
    const early = time(1000, 2000);
    time(2000, 19_000);
    const late = time(19_000, 20_000);

    expect(late).toBeLessThan(early * 5 + 10);
    expect(router.answers('/api/plugin-19999/x')).toBe(true);
    expect(router.answers('/api/plugin-20000/x')).toBe(false);
  });

  it('is known by a door that other root routers do not have', async () => {
    const { router, server } = await serve();

    expect(mountsPlugins(router)).toBe(true);
    expect(router[HTTP_SERVER]).toBe(server);
    expect(mountsPlugins({ use: () => {} })).toBe(false);
  });
});
