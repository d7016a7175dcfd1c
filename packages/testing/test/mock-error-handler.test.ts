import { describe, expect, it } from 'vitest';
import { NotFoundError } from '@stagewire/errors';
import { mockErrorHandler, mockServices } from '../src/index.js';

describe('mockErrorHandler', () => {
  it('answers with the error body of the ecosystem', async () => {
    await using router = mockServices.rootHttpRouter();
    const handleError = mockErrorHandler();
    router.use('/a', (req, res, next) => {
      handleError(new NotFoundError('no such thing'), req, res, next);
    });

    const { url } = await router.listen();
    const answer = await fetch(`${url}/a/b`);

    expect(await answer.json()).toMatchObject({
      error: { name: 'NotFoundError', message: 'no such thing' },
      request: { method: 'GET', url: '/b' },
      response: { statusCode: 404 },
    });
  });
});
