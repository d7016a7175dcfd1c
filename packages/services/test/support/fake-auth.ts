import type { AuthService, BackstageCredentials } from '@stagewire/plugin-api';

/** An auth service whose tokens tell in plain text who calls whom: `<subject>-><plugin>`. */
export function fakeAuth(pluginId: string): AuthService {
  const auth: Partial<AuthService> = {
    getOwnServiceCredentials: async () => {
      const { $$type, principal } = fakeCredentials('service', `plugin:${pluginId}`);
      return { $$type, principal: { ...principal, type: 'service' } };
    },
    getPluginRequestToken: async ({ onBehalfOf, targetPluginId }) => {
      const { type, subject } = onBehalfOf.principal as { type: string; subject: string };
      return { token: type === 'none' ? '' : `${subject}->${targetPluginId}` };
    },
    // A type guard cannot be written without its type parameter.
    isPrincipal: ((credentials: BackstageCredentials, type: string) =>
      (credentials.principal as { type: string }).type === type) as AuthService['isPrincipal'],
  };
  return auth as AuthService;
}

/** Credentials of a service or user, by its subject; of nobody without one. */
export function fakeCredentials(type: 'user' | 'service' | 'none', subject = '') {
  const principal = { type, subject };
  return { $$type: '@backstage/BackstageCredentials' as const, principal };
}
