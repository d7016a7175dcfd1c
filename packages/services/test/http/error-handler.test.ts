import {
  AuthenticationError,
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  NotImplementedError,
  NotModifiedError,
  ServiceUnavailableError,
} from '@stagewire/errors';
import type { Request, Response } from 'express';
import { describe, expect, it, vi } from 'vitest';
import { createErrorHandler, type ErrorHandlerOptions } from '../../src/http/error-handler.js';
import { recordingLogger } from './harness.js';

type Body = { error: Record<string, unknown>; request: unknown; response: { statusCode: number } };

/** Handles an error and tells what became of it. */
function handle(error: unknown, options?: ErrorHandlerOptions) {
  const logger = recordingLogger();
  const answer: { status?: number; body?: Body } = {};
  const res = {
    headersSent: false,
    status(status: number) {
      answer.status = status;
      return res;
    },
    json(body: Body) {
      answer.body = JSON.parse(JSON.stringify(body)) as Body;
      return res;
    },
  };
  const req = { method: 'PUT', url: '/foo?x=1' };
  const next = vi.fn();
  const handler = createErrorHandler(logger, options);
  handler(error, req as Request, res as unknown as Response, next);
  return { ...answer, lines: logger.lines, next };
}

describe('the error handler', () => {
  it.each([
    [new NotModifiedError(), 304],
    [new InputError(), 400],
    [new AuthenticationError(), 401],
    [new NotAllowedError(), 403],
    [new NotFoundError(), 404],
    [new ConflictError(), 409],
    [new NotImplementedError(), 501],
    [new ServiceUnavailableError(), 503],
    [new Error('x'), 500],
    [Object.assign(new Error('x'), { name: 'NotFoundError' }), 404],
    [{ name: 'InputError', message: 'no Error at all' }, 400],
    [Object.assign(new NotFoundError(), { statusCode: 418 }), 418],
    [Object.assign(new Error('x'), { status: 451 }), 451],
    [Object.assign(new Error('x'), { statusCode: 599, status: 400 }), 599],
    [Object.assign(new Error('x'), { statusCode: 600, status: 400 }), 400],
    [Object.assign(new Error('x'), { statusCode: 400.5 }), 500],
    [Object.assign(new Error('x'), { statusCode: '400' }), 500],
    [Object.create({ name: 'Inherited', message: 'm', statusCode: 402 }), 402],
  ])('[ERRH-2] answers %o with %d', (error, status) => {
    const answer = handle(error);

    expect([answer.status, answer.body?.response.statusCode]).toEqual([status, status]);
  });

  it('[ERRH-1] passes an error on when the response has begun', () => {
    const error = new Error('late');
    const next = vi.fn();
    const res = { headersSent: true } as Response;
    createErrorHandler(recordingLogger())(error, {} as Request, res, next);

    expect(next.mock.calls).toEqual([[error]]);
  });

  it('[ERRH-3] tells the error, the request as it is mounted, and the status, without stacks', () => {
    const error = new InputError('bad', new Error('cause'));
    const { body } = handle(Object.assign(error, { field: 'name' }));

    expect(body).toEqual({
      error: {
        name: 'InputError',
        message: 'bad; caused by Error: cause',
        field: 'name',
        cause: { name: 'Error', message: 'cause' },
      },
      request: { method: 'PUT', url: '/foo?x=1' },
      response: { statusCode: 400 },
    });
  });

  it('[ERRH-3] shows stacks when it is told to', () => {
    const { body } = handle(new InputError('bad'), { showStackTraces: true });

    expect(body?.error['stack']).toContain('error-handler.test.ts');
  });

  it('[ERRH-3] shows stacks in development, but not when it is told not to', () => {
    vi.stubEnv('NODE_ENV', 'development');
    try {
      expect(handle(new InputError('bad')).body?.error['stack']).toBeDefined();
      const { body } = handle(new InputError('bad'), { showStackTraces: false });
      expect(body?.error['stack']).toBeUndefined();
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('[ERRH-4] logs what is not the fault of the caller, and all when it is told to', () => {
    const [mine, yours] = [new Error('mine'), new InputError('yours')];
    const fields = { type: 'errorHandler' };

    expect(handle(mine).lines).toEqual([
      { level: 'error', message: 'Request failed with status 500', meta: mine, fields },
    ]);
    expect(handle(yours).lines).toEqual([]);
    expect(handle(yours, { logAllErrors: true }).lines).toEqual([
      { level: 'error', message: 'Request failed with status 400', meta: yours, fields },
    ]);
  });

  it.each([
    ['a string', 'secret'],
    ['a number', 42],
    ['an object without a name', { message: 'secret' }],
    ['what a database says', new (class DatabaseError extends Error {})('secret')],
  ])('[ERRH-5] keeps %s from the caller, and logs it', (_, thrown) => {
    const { status, body, lines } = handle(thrown);
    const message = body?.error['message'] as string;
    const logId = /^An internal error occurred logId=([0-9a-f]{20})$/.exec(message)?.[1];

    expect(status).toBe(500);
    expect(body?.error).toEqual({ name: 'Error', message });
    expect(lines.map((line) => line.message)).toEqual([
      `Filtered internal error with logId=${logId} from response`,
      'Request failed with status 500',
    ]);
  });

  it('answers with name and message when the error cannot be written as JSON', () => {
    const error = Object.assign(new ConflictError('round'), { self: {} as unknown });
    error.self = error;

    expect(handle(error).body).toEqual({
      error: { name: 'ConflictError', message: 'round' },
      request: { method: 'PUT', url: '/foo?x=1' },
      response: { statusCode: 409 },
    });
  });
});
