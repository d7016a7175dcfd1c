/**
 * What a route can throw, by name.
 *
 * @param errors - `@backstage/errors`, or Stagewire's package with the same names
 */
export function throwers(errors) {
  const named = [
    'InputError',
    'AuthenticationError',
    'NotAllowedError',
    'NotFoundError',
    'ConflictError',
    'NotModifiedError',
    'NotImplementedError',
    'ServiceUnavailableError',
  ];
  return {
    ...Object.fromEntries(named.map((name) => [name, () => new errors[name](`a ${name}`)])),
    Error: () => new Error('an Error'),
    TypeError: () => new TypeError('a TypeError'),
    'with-cause': () => new errors.ConflictError('outer', new Error('inner')),
    'with-deep-cause': () => new Error('outer', { cause: new TypeError('inner') }),
    forwarded: () => new errors.ForwardedError('while looking', new errors.NotFoundError('it')),
    'with-fields': () => Object.assign(new Error('with fields'), { code: 'E_MINE', list: [1, 2] }),
    'with-status': () => Object.assign(new Error('teapot'), { status: 418 }),
    'with-status-code': () => Object.assign(new Error('busy'), { statusCode: 503, status: 400 }),
    'with-wrong-status': () => Object.assign(new Error('odd'), { statusCode: 42 }),
    'with-empty-message': () => new errors.NotFoundError(),
    DatabaseError: () => new DatabaseError('select secret'),
    text: () => 'just text',
    nothing: () => undefined,
    object: () => ({ some: 'object' }),
    'error-like': () => ({ name: 'InputError', message: 'not an Error, but like one' }),
  };
}

class DatabaseError extends Error {}
