import { describe, expect, it } from 'vitest';
import {
  BackendError,
  ConflictError,
  ForwardedError,
  InputError,
  NotFoundError,
  ResponseError,
  deserializeError,
  explain,
  formatError,
  isError,
  isExplained,
  serializeError,
  tellFixInStack,
  toError,
} from '@stagewire/errors';

describe('BackendError', () => {
  it('tells code, problem and fix, and keeps its cause', () => {
    const cause = new Error('disk full');
    const error = new BackendError('E_SAMPLE', 'cannot write', 'make room', { cause });

    expect(error).toMatchObject({
      name: 'BackendError',
      code: 'E_SAMPLE',
      message: 'cannot write',
      fix: 'make room',
      cause,
    });
    expect(formatError(error)).toBe('E_SAMPLE  cannot write\n  fix: make room');
  });

  it('keeps code and fix out of what an HTTP client is told', () => {
    expect(serializeError(new BackendError('E_SAMPLE', 'cannot write', 'make room'))).toEqual({
      name: 'BackendError',
      message: 'cannot write',
    });
  });
});

describe('explain', () => {
  it('gives any error a code and a fix and returns the same error', () => {
    const error = new InputError('bad');

    const explained = explain(error, 'E_BAD', 'mend it');

    expect(explained).toBe(error);
    expect(explained).toMatchObject({
      name: 'InputError',
      message: 'bad',
      code: 'E_BAD',
      fix: 'mend it',
    });
    expect(isExplained(error)).toBe(true);
    expect(isExplained(new Error('plain'))).toBe(false);
  });
});

describe('tellFixInStack', () => {
  it('puts code and fix where the stack says what happened, once', () => {
    const error = explain(new Error('bad id'), 'E_ID', 'take another');

    tellFixInStack(error);
    tellFixInStack(error);

    expect(error.stack).toMatch(/^Error: E_ID {2}bad id\n {2}fix: take another\n {4}at /);
    expect(error.message).toBe('bad id');
    expect(Object.keys(error)).toEqual([]);
  });
});

describe('the named errors', () => {
  it('[ERR-2] end their message with the cause', () => {
    expect(new NotFoundError('no such user', new Error('timeout')).message).toBe(
      'no such user; caused by Error: timeout',
    );
    expect(new ConflictError(undefined, new Error('x')).message).toBe('caused by Error: x');
    expect(new InputError('plain')).not.toHaveProperty('cause');
  });

  it('[ERR-2] forward the name of the cause', () => {
    expect(new ForwardedError('Request failed', new NotFoundError('gone')).name).toBe(
      'NotFoundError',
    );
    expect(new ForwardedError('Request failed', 'text').name).toBe('Error');
  });
});

describe('error-like values', () => {
  it('[ERR-3] need a name and a message', () => {
    expect(isError({ name: 'A', message: '' })).toBe(true);
    expect(isError({ name: '', message: 'x' })).toBe(false);
    expect(isError(['name', 'message'])).toBe(false);
    expect(isError(null)).toBe(false);
  });

  it('[ERR-3] are made of anything that was thrown', () => {
    const like = { name: 'Odd', message: 'kept' };
    expect(toError(like)).toBe(like);
    expect(toError('text').message).toBe('text');
    expect(toError(7).message).toBe("unknown error '7'");
    expect(toError(undefined).message).toBe("unknown error 'undefined'");
  });
});

describe('odd things that were thrown', () => {
  it('never make the error that tells them fail', () => {
    const bare: unknown = Object.create(null);
    const hostile = {
      toString() {
        throw new Error('no');
      },
    };

    expect(toError(bare).message).toBe("unknown error '[object Object]'");
    expect(toError(hostile).message).toBe("unknown error '[object Object]'");
    expect(new ForwardedError('failed', bare).message).toBe('failed; caused by [object Object]');
    expect(new ForwardedError('failed', { name: 'Odd', message: 'told' })).toMatchObject({
      name: 'Odd',
      message: 'failed; caused by Odd: told',
    });
  });
});

describe('serialised errors', () => {
  it('[ERR-4] hold all enumerable fields and no stack, also along the causes', () => {
    const error = Object.assign(new InputError('outer', new NotFoundError('inner')), { extra: 1 });

    expect(serializeError(error)).toEqual({
      name: 'InputError',
      message: 'outer; caused by NotFoundError: inner',
      extra: 1,
      cause: { name: 'NotFoundError', message: 'inner' },
    });
    expect(serializeError(error, { includeStack: true }).stack).toContain('outer');
  });

  it('[ERR-4] name what is missing', () => {
    const bare = Object.assign(new Error(), { name: '', message: undefined }) as unknown as Error;

    expect(serializeError(bare)).toEqual({ name: 'Unknown', message: '<no reason given>' });
  });

  it('keep a message that is empty', () => {
    expect(serializeError(new Error('')).message).toBe('');
  });

  it('come back as errors with the same fields', () => {
    const revived = deserializeError({
      name: 'InputError',
      message: 'm',
      extra: 2,
      cause: { name: 'E', message: 'c' },
    });

    expect(revived).toBeInstanceOf(Error);
    expect(revived).toMatchObject({ name: 'InputError', message: 'm', extra: 2 });
    expect(revived.cause).toBeInstanceOf(Error);
  });

  it('survive a circle of causes', () => {
    const first: Error = new InputError('first');
    const second = new ConflictError('second', first);
    Object.defineProperty(first, 'cause', { value: second, enumerable: true });

    expect(JSON.stringify(serializeError(first)).length).toBeLessThan(10_000);
  });
});

describe('ResponseError', () => {
  it('[ERR-5] carries the remote status and rebuilds the remote error', async () => {
    const body = {
      error: { name: 'NotFoundError', message: 'no such thing' },
      response: { statusCode: 404 },
    };

    const error = await ResponseError.fromResponse(
      response(404, 'Not Found', JSON.stringify(body)),
    );

    expect(error).toMatchObject({
      name: 'ResponseError',
      message: 'Request failed with 404 Not Found',
      statusCode: 404,
      statusText: 'Not Found',
      body,
    });
    expect(error.cause).toMatchObject({ name: 'NotFoundError', message: 'no such thing' });
  });

  it('[ERR-5] tells a body of another kind as text', async () => {
    const error = await ResponseError.fromResponse(response(502, 'Bad Gateway', '<h1>proxy</h1>'));

    expect(error.statusCode).toBe(502);
    expect(error.cause.message).toBe('Request failed with status 502 Bad Gateway, <h1>proxy</h1>');
  });
});

function response(status: number, statusText: string, text: string) {
  return {
    headers: { get: () => null },
    ok: false,
    redirected: false,
    status,
    statusText,
    url: 'http://127.0.0.1/',
    text: async () => text,
  };
}
