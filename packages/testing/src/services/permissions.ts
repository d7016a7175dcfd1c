import {
  coreServices,
  type AuthorizePermissionRequest,
  type PermissionsService,
  type PolicyDecision,
  type QueryPermissionRequest,
} from '@stagewire/plugin-api';
import { permissionsServiceFactory } from '@stagewire/services/permissions';
import { defineFake, makeFrom, once } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import { fakeAuth } from './auth.js';
import { fakeDiscovery } from './discovery.js';
import { fakeRootConfig } from './root-config.js';

/** What is decided. @public */
export type FakePermissionsOptions = {
  /** The answer to every question, or what gives it; conditions only where they are asked for. */
  result?:
    | 'ALLOW'
    | 'DENY'
    | ((request: AuthorizePermissionRequest | QueryPermissionRequest) => PolicyDecision);
};

/**
 * `core.permissions`: the real one with `permission.enabled` off, so that all is allowed but what the
 * access of a service is restricted from. With `result`, that is what everybody gets, services too.
 */
export const fakePermissions = defineFake({
  service: coreServices.permissions,
  create: ({ result }: FakePermissionsOptions = {}): PermissionsService =>
    result === undefined ? allowUsers() : answerWith(result),
  factory: (options) => (options?.result === undefined ? permissionsServiceFactory : undefined),
  mock: () => ({
    authorize: mockFunction(),
    authorizeConditional: mockFunction(),
  }),
});

function allowUsers(): PermissionsService {
  const makeReal = once(() =>
    makeFrom(permissionsServiceFactory, {
      auth: fakeAuth(),
      config: fakeRootConfig(),
      discovery: fakeDiscovery(),
    }),
  );
  return {
    authorize: async (...args) => (await makeReal()).authorize(...args),
    authorizeConditional: async (...args) => (await makeReal()).authorizeConditional(...args),
  };
}

function answerWith(result: NonNullable<FakePermissionsOptions['result']>): PermissionsService {
  const decide = typeof result === 'function' ? result : () => ({ result });
  return {
    authorize: async (requests) =>
      // Whoever answers with conditions where none are asked for made a mistake: it is seen as one.
      requests.map((request) => decide(request) as { result: 'ALLOW' | 'DENY' }),
    authorizeConditional: async (requests) => requests.map((request) => decide(request)),
  };
}
