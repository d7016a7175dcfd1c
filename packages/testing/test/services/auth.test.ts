import { describe, expect, it, onTestFinished } from 'vitest';
import type { AuthService } from '@stagewire/plugin-api';
import { authServiceFactory } from '@stagewire/services/auth';
import { makeFrom } from '../../src/fake.js';
import { mockCredentials, mockServices } from '../../src/index.js';
import { describeBoth } from './both.js';

async function makeReal(): Promise<AuthService> {
  const database = mockServices.database();
  onTestFinished(() => database[Symbol.asyncDispose]());
  return makeFrom(authServiceFactory, {
    config: mockServices.rootConfig(),
    logger: mockServices.logger(),
    discovery: mockServices.discovery(),
    plugin: mockServices.pluginMetadata(),
    database,
    pluginTokenHandlerDecorator: (handler: unknown) => handler,
    externalTokenHandlers: [],
  });
}

describeBoth('auth', { real: makeReal, fake: () => mockServices.auth() }, (make) => {
  it('AUTH-5 has credentials of its own plugin', async () => {
    const auth = await make();

    const credentials = await auth.getOwnServiceCredentials();

    expect(credentials.principal).toEqual({ type: 'service', subject: 'plugin:test' });
    expect((await auth.getNoneCredentials()).principal).toEqual({ type: 'none' });
  });

  it('AUTH-13 accepts a token that it issued for itself', async () => {
    const auth = await make();

    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: await auth.getOwnServiceCredentials(),
      targetPluginId: 'test',
    });

    expect((await auth.authenticate(token)).principal).toEqual({
      type: 'service',
      subject: 'plugin:test',
    });
  });

  it('AUTH-7 refuses a token that it issued for another plugin', async () => {
    const auth = await make();
    const onBehalfOf = await auth.getOwnServiceCredentials();

    const { token } = await auth.getPluginRequestToken({ onBehalfOf, targetPluginId: 'other' });

    await expect(auth.authenticate(token)).rejects.toThrow(
      expect.objectContaining({ name: 'AuthenticationError' }),
    );
  });

  it('AUTH-6 refuses what is no token', async () => {
    const auth = await make();

    await expect(auth.authenticate('nonsense')).rejects.toThrow(
      expect.objectContaining({ name: 'AuthenticationError' }),
    );
  });

  it('AUTH-12 issues nothing on behalf of nobody', async () => {
    const auth = await make();
    const onBehalfOf = await auth.getNoneCredentials();

    await expect(
      auth.getPluginRequestToken({ onBehalfOf, targetPluginId: 'other' }),
    ).rejects.toThrow("Refused to issue service token for credential type 'none'");
  });

  it('AUTH-4 tells the types of principals apart', async () => {
    const auth = await make();
    const service = await auth.getOwnServiceCredentials();

    const types = (['user', 'service', 'none', 'unknown'] as const).map((type) =>
      auth.isPrincipal(service, type),
    );

    expect(types).toEqual([false, true, false, true]);
  });
});

describe('the fake auth', () => {
  const auth = mockServices.auth();

  it.each([
    [mockCredentials.user.token(), mockCredentials.user()],
    [
      mockCredentials.user.token('user:default/jane', { actor: { subject: 'plugin:a' } }),
      mockCredentials.user('user:default/jane', { actor: { subject: 'plugin:a' } }),
    ],
    [mockCredentials.service.token(), mockCredentials.service()],
    ['mock-service-token:{"sub":"plugin:a"}', mockCredentials.service('plugin:a')],
    [
      mockCredentials.service.token({
        onBehalfOf: mockCredentials.user('user:default/jane'),
        targetPluginId: 'test',
      }),
      mockCredentials.user('user:default/jane'),
    ],
  ])('W13.7 takes %s', async (token, credentials) => {
    expect(await auth.authenticate(token)).toEqual(credentials);
  });

  it('W13.7 takes limited tokens where they are allowed only', async () => {
    const token = mockCredentials.limitedUser.token('user:default/jane');

    await expect(auth.authenticate(token)).rejects.toThrow('Limited user token is not allowed');
    expect(await auth.authenticate(token, { allowLimitedAccess: true })).toEqual(
      mockCredentials.user('user:default/jane'),
    );
  });

  it.each([
    ['', 'Token is empty'],
    [mockCredentials.user.invalidToken(), 'User token is invalid'],
    [mockCredentials.limitedUser.invalidToken(), 'Limited user token is invalid'],
    [mockCredentials.service.invalidToken(), 'Service token is invalid'],
    ['mock-none-token', "Unknown mock token 'mock-none-token'"],
    ['mock-user-token:{', "Unknown mock token 'mock-user-token:{'"],
    [
      'mock-service-token:{"target":"other"}',
      "Invalid mock token target plugin ID, got 'other' but expected 'test'",
    ],
  ])('W13.7 refuses %j', async (token, message) => {
    await expect(auth.authenticate(token)).rejects.toThrow(
      expect.objectContaining({ name: 'AuthenticationError', message }),
    );
  });

  it('issues the tokens of mockCredentials', async () => {
    const onBehalfOf = mockCredentials.user('user:default/jane');

    expect(await auth.getPluginRequestToken({ onBehalfOf, targetPluginId: 'a' })).toEqual({
      token: mockCredentials.service.token({ onBehalfOf, targetPluginId: 'a' }),
    });
    expect(await auth.getLimitedUserToken(onBehalfOf)).toEqual({
      token: mockCredentials.limitedUser.token('user:default/jane'),
      expiresAt: expect.any(Date),
    });
    await expect(auth.getLimitedUserToken(mockCredentials.service() as never)).rejects.toThrow(
      "Refused to issue limited user token for credential type 'service'",
    );
  });

  it('AUTH-12 gives nobody an empty token where the default policy is disabled', async () => {
    const open = mockServices.auth({ disableDefaultAuthPolicy: true });

    expect(
      await open.getPluginRequestToken({
        onBehalfOf: mockCredentials.none(),
        targetPluginId: 'other',
      }),
    ).toEqual({ token: '' });
  });
});
