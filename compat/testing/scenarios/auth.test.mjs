import { mockCredentials, mockServices } from '@backstage/backend-test-utils';

describe('tokens', () => {
  it('tell on whose behalf a plugin calls', async () => {
    const auth = mockServices.auth({ pluginId: 'caller' });
    const credentials = mockCredentials.user('user:default/jane');

    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: credentials,
      targetPluginId: 'todo',
    });

    expect(token).toBe(
      mockCredentials.service.token({ onBehalfOf: credentials, targetPluginId: 'todo' }),
    );
    await expect(mockServices.auth({ pluginId: 'todo' }).authenticate(token)).resolves.toEqual(
      mockCredentials.user('user:default/jane'),
    );
    await expect(mockServices.auth({ pluginId: 'other' }).authenticate(token)).rejects.toThrow(
      "Invalid mock token target plugin ID, got 'todo' but expected 'other'",
    );
  });

  it('make users, services and nobody', async () => {
    const auth = mockServices.auth();

    const user = await auth.authenticate(mockCredentials.user.token());
    const service = await auth.authenticate(mockCredentials.service.token());

    expect(user).toEqual(mockCredentials.user());
    expect(user.principal.userEntityRef).toBe('user:default/mock');
    expect(service.principal).toEqual({ type: 'service', subject: 'external:test-service' });
    expect(auth.isPrincipal(user, 'user')).toBe(true);
    expect(auth.isPrincipal(service, 'user')).toBe(false);
    expect((await auth.getNoneCredentials()).principal).toEqual({ type: 'none' });
  });

  it('may be invalid or limited', async () => {
    const auth = mockServices.auth();

    await expect(auth.authenticate(mockCredentials.user.invalidToken())).rejects.toThrow(
      'User token is invalid',
    );
    const limited = mockCredentials.limitedUser.token('user:default/jane');
    await expect(auth.authenticate(limited)).rejects.toThrow('Limited user token is not allowed');
    expect(await auth.authenticate(limited, { allowLimitedAccess: true })).toEqual(
      mockCredentials.limitedUser('user:default/jane'),
    );
    expect(() => mockCredentials.user('jane')).toThrow(TypeError);
  });

  it('come with requests', async () => {
    const httpAuth = mockServices.httpAuth({
      defaultCredentials: mockCredentials.service('plugin:other'),
    });

    expect((await httpAuth.credentials({ headers: {} })).principal).toEqual({
      type: 'service',
      subject: 'plugin:other',
    });
    const authorization = mockCredentials.user.header('user:default/jane');
    expect(await httpAuth.credentials({ headers: { authorization } })).toEqual(
      mockCredentials.user('user:default/jane'),
    );
  });

  it('are of users who own things', async () => {
    const userInfo = mockServices.userInfo({ ownershipEntityRefs: ['group:default/team'] });

    await expect(userInfo.getUserInfo(mockCredentials.user('user:default/jane'))).resolves.toEqual({
      userEntityRef: 'user:default/jane',
      ownershipEntityRefs: ['group:default/team'],
    });
  });
});
