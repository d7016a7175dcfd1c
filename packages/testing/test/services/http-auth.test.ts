import { describe, expect, it } from 'vitest';
import type { HttpAuthService } from '@stagewire/plugin-api';
import { DefaultHttpAuthService } from '@stagewire/services/httpAuth';
import { mockCredentials, mockServices } from '../../src/index.js';
import { describeBoth } from './both.js';

type AnyRequest = Parameters<HttpAuthService['credentials']>[0];

function requestWith(headers: Record<string, string>): AnyRequest {
  return { headers } as unknown as AnyRequest;
}

const cookie = mockCredentials.limitedUser.cookie('user:default/jane');

describeBoth<HttpAuthService>(
  'httpAuth',
  {
    real: () =>
      DefaultHttpAuthService.create({
        auth: mockServices.auth(),
        discovery: mockServices.discovery(),
        pluginId: 'test',
      }),
    fake: () => mockServices.httpAuth(),
  },
  (make) => {
    it('HA-1 reads the bearer token', async () => {
      const httpAuth = await make();
      const request = requestWith({ authorization: mockCredentials.user.header('user:a/b') });

      const credentials = await httpAuth.credentials(request, { allow: ['user'] });

      expect(credentials).toEqual(mockCredentials.user('user:a/b'));
    });

    it('HA-2 reads the cookie where limited access is allowed', async () => {
      const httpAuth = await make();

      const credentials = await httpAuth.credentials(requestWith({ cookie }), {
        allowLimitedAccess: true,
      });

      expect(credentials).toEqual(mockCredentials.user('user:default/jane'));
    });

    it('HA-3 refuses invalid tokens', async () => {
      const httpAuth = await make();
      const request = requestWith({ authorization: mockCredentials.service.invalidHeader() });

      await expect(httpAuth.credentials(request)).rejects.toThrow('Service token is invalid');
    });

    it('HA-5 refuses principals that are not allowed', async () => {
      const httpAuth = await make();
      const request = requestWith({ authorization: mockCredentials.service.header() });

      await expect(httpAuth.credentials(request, { allow: ['user'] })).rejects.toThrow(
        "This endpoint does not allow 'service' credentials",
      );
    });
  },
);

describe('the fake httpAuth', () => {
  it('W13.4 takes requests without token for those of a user', async () => {
    const httpAuth = mockServices.httpAuth();

    expect(await httpAuth.credentials(requestWith({}))).toEqual(mockCredentials.user());
    expect(await httpAuth.credentials(requestWith({ cookie }))).toEqual(mockCredentials.user());
  });

  it('takes them for those of somebody else when told so', async () => {
    const restricted = mockCredentials.service('plugin:a', { permissionNames: ['a'] });
    const httpAuth = mockServices.httpAuth({ defaultCredentials: restricted });

    expect(await httpAuth.credentials(requestWith({}), { allow: ['service'] })).toBe(restricted);
    await expect(httpAuth.credentials(requestWith({}), { allow: ['user'] })).rejects.toThrow(
      "This endpoint does not allow 'service' credentials",
    );
  });

  it('takes a request for that of nobody with the header of nobody', async () => {
    const httpAuth = mockServices.httpAuth();
    const request = requestWith({ authorization: mockCredentials.none.header() });

    expect(await httpAuth.credentials(request)).toEqual(mockCredentials.none());
    await expect(httpAuth.credentials(request, { allow: ['user'] })).rejects.toThrow(
      'Missing credentials',
    );
  });

  it('HA-8 sets the cookie of the user', async () => {
    const httpAuth = mockServices.httpAuth();
    const cookies: unknown[] = [];
    const response = {
      req: requestWith({}),
      headersSent: false,
      cookie: (...args: unknown[]) => cookies.push(args.slice(0, 2)),
    };

    const { expiresAt } = await httpAuth.issueUserCookie(response as never);

    expect(cookies).toEqual([['backstage-auth', mockCredentials.limitedUser.token()]]);
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now());
  });
});
