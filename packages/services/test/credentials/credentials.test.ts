import { deepStrictEqual } from 'node:assert';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  createNoneCredentials,
  createServiceCredentials,
  createUserCredentials,
} from '../../src/credentials/credentials.js';

const HEAD = { $$type: '@backstage/BackstageCredentials', version: 'v1' };
const SECRET = 'text-of-a-token';
const expiresAt = new Date(1_000);
const restrictions = new Map([['catalog', { permissionNames: ['a'] }]]);

const user = createUserCredentials({ userEntityRef: 'user:a/b', token: SECRET, expiresAt });
const actor = { userEntityRef: 'user:a/b', token: SECRET, expiresAt, actorSubject: 'plugin:c' };
const restricted = {
  subject: 'ci',
  accessRestrictions: { permissionNames: ['a'] },
  allAccessRestrictions: restrictions,
};

const actingService = { type: 'service', subject: 'plugin:c' };

describe.each([
  ['a user', user, { ...HEAD, principal: { type: 'user', userEntityRef: 'user:a/b' }, expiresAt }],
  [
    'a service that acts for a user',
    createUserCredentials(actor),
    {
      ...HEAD,
      principal: { type: 'user', userEntityRef: 'user:a/b', actor: actingService },
      expiresAt,
    },
  ],
  [
    'a service',
    createServiceCredentials({ subject: 'plugin:c' }),
    { ...HEAD, principal: actingService },
  ],
  [
    'a restricted service',
    createServiceCredentials(restricted),
    {
      ...HEAD,
      principal: { type: 'service', subject: 'ci', accessRestrictions: { permissionNames: ['a'] } },
    },
  ],
  ['nobody', createNoneCredentials(), { ...HEAD, principal: { type: 'none' } }],
])('the credentials of %s', (_title, credentials, literal) => {
  it('are, to all who compare, write or print them, a plain object', () => {
    deepStrictEqual(credentials, literal);
    expect(JSON.stringify(credentials)).toBe(JSON.stringify(literal));
    expect(inspect(credentials, { depth: 9 })).toBe(inspect(literal, { depth: 9 }));
    expect({ ...credentials }).toStrictEqual(literal);
  });
});

describe('the text of credentials', () => {
  it('names the caller, and nothing that is secret', () => {
    expect(String(createUserCredentials(actor))).toBe(
      'backstageCredentials{userPrincipal{user:a/b,actor={servicePrincipal{plugin:c}}}}',
    );
    expect(String(user)).toBe('backstageCredentials{userPrincipal{user:a/b}}');
  });
});

describe('what credentials hide', () => {
  it('is there for services to read', () => {
    expect(user.token).toBe(SECRET);
    expect(createServiceCredentials(restricted).allAccessRestrictions).toBe(restrictions);
  });
});
