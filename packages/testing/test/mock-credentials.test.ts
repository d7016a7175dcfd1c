import { describe, expect, it } from 'vitest';
import { mockCredentials } from '../src/index.js';

const onBehalfOf = mockCredentials.user('user:default/jane');

describe('mockCredentials', () => {
  it('writes tokens, headers and cookies as tests of the ecosystem know them', () => {
    const { none, user, limitedUser, service } = mockCredentials;

    expect([
      none.header(),
      user.token(),
      user.token('user:default/jane', { actor: { subject: 'plugin:search' } }),
      user.header('user:default/jane'),
      user.invalidToken(),
      user.invalidHeader(),
      limitedUser.token(),
      limitedUser.cookie('user:default/jane'),
      limitedUser.invalidToken(),
      limitedUser.invalidCookie(),
      service.token(),
      service.token({ onBehalfOf, targetPluginId: 'catalog' }),
      service.header({ onBehalfOf: service('plugin:todo'), targetPluginId: 'catalog' }),
      service.token({ onBehalfOf: none(), targetPluginId: 'catalog' }),
      service.invalidToken(),
      service.invalidHeader(),
    ]).toEqual([
      'Bearer mock-none-token',
      'mock-user-token',
      'mock-user-token:{"sub":"user:default/jane","actor":{"subject":"plugin:search"}}',
      'Bearer mock-user-token:{"sub":"user:default/jane"}',
      'mock-invalid-user-token',
      'Bearer mock-invalid-user-token',
      'mock-limited-user-token:{"sub":"user:default/mock"}',
      'backstage-auth=mock-limited-user-token:{"sub":"user:default/jane"}',
      'mock-invalid-limited-user-token',
      'backstage-auth=mock-invalid-limited-user-token',
      'mock-service-token',
      'mock-service-token:{"obo":"user:default/jane","target":"catalog"}',
      'Bearer mock-service-token:{"sub":"plugin:todo","target":"catalog"}',
      'mock-service-token:{"target":"catalog"}',
      'mock-invalid-service-token',
      'Bearer mock-invalid-service-token',
    ]);
  });

  it('makes credentials that compare by who they are of', () => {
    const restrictions = { permissionNames: ['todo.read'] };

    expect(mockCredentials.user()).toEqual({
      $$type: '@backstage/BackstageCredentials',
      version: 'v1',
      principal: { type: 'user', userEntityRef: 'user:default/mock' },
    });
    expect(mockCredentials.user('user:default/jane', { actor: { subject: 'plugin:a' } })).toEqual({
      $$type: '@backstage/BackstageCredentials',
      version: 'v1',
      principal: {
        type: 'user',
        userEntityRef: 'user:default/jane',
        actor: { type: 'service', subject: 'plugin:a' },
      },
    });
    expect(mockCredentials.service(undefined, restrictions).principal).toEqual({
      type: 'service',
      subject: 'external:test-service',
      accessRestrictions: restrictions,
    });
    expect(mockCredentials.none().principal).toEqual({ type: 'none' });
    expect(mockCredentials.limitedUser('user:default/jane')).toEqual(onBehalfOf);
  });

  it('keeps the token out of what is logged and compared', () => {
    const credentials = mockCredentials.user('user:default/jane');

    expect(JSON.stringify(credentials)).not.toContain('mock-user-token');
    expect(String(credentials)).toBe('mockCredentials{userPrincipal{user:default/jane}}');
    expect((credentials as { token?: string }).token).toBe(
      mockCredentials.user.token('user:default/jane'),
    );
  });

  it.each(['jane', 'user:jane', 'user:default/', ''])('refuses %j for a user', (ref) => {
    const refused = expect.objectContaining({
      name: 'TypeError',
      code: 'E_MOCK_USER_REF',
      message: `Invalid user entity reference '${ref}', expected <kind>:<namespace>/<name>`,
    });
    expect(() => mockCredentials.user(ref)).toThrow(refused);
    expect(() => mockCredentials.user.token(ref)).toThrow(refused);
    expect(() => mockCredentials.limitedUser.token(ref)).toThrow(refused);
  });
});
