import { expect, it } from 'vitest';
import { createExternalTokenHandler } from '../../src/auth/create-external-token-handler.js';

it('a handler of external tokens stays what it is, and knows its context', async () => {
  const handler = createExternalTokenHandler({
    type: 'prefix',
    initialize: ({ options }) => ({ prefix: options.getString('prefix') }),
    verifyToken: async (token, { prefix }) =>
      token.startsWith(prefix) ? { subject: prefix } : undefined,
  });

  expect(Object.keys(handler)).toEqual(['type', 'initialize', 'verifyToken']);
  await expect(handler.verifyToken('a-1', { prefix: 'a' })).resolves.toEqual({ subject: 'a' });
});
