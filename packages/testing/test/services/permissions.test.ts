import { describe, expect, it } from 'vitest';
import type { PermissionResourceRef } from '@stagewire/plugin-api';
import { permissionsServiceFactory } from '@stagewire/services/permissions';
import { permissionsRegistryServiceFactory } from '@stagewire/services/permissionsRegistry';
import { makeFrom } from '../../src/fake.js';
import { mockCredentials, mockServices } from '../../src/index.js';
import { describeBoth } from './both.js';

const read = { type: 'basic', name: 'todo.read', attributes: { action: 'read' } } as const;
const remove = { type: 'basic', name: 'todo.remove', attributes: { action: 'delete' } } as const;
const item = { type: 'resource', name: 'item', attributes: {}, resourceType: 'item' } as const;
const credentials = mockCredentials.user();

describeBoth(
  'permissions',
  {
    real: () =>
      makeFrom(permissionsServiceFactory, {
        auth: mockServices.auth(),
        config: mockServices.rootConfig(),
        discovery: mockServices.discovery(),
      }),
    fake: () => mockServices.permissions(),
  },
  (make) => {
    it('PERM-2 allows users everything', async () => {
      const permissions = await make();
      const requests = [{ permission: read }, { permission: remove }];

      expect(await permissions.authorize(requests, { credentials })).toEqual([
        { result: 'ALLOW' },
        { result: 'ALLOW' },
      ]);
      expect(
        await permissions.authorizeConditional([{ permission: item }], { credentials }),
      ).toEqual([{ result: 'ALLOW' }]);
    });

    it('PERM-1 heeds the restrictions of services', async () => {
      const permissions = await make();
      const service = mockCredentials.service('external:a', { permissionNames: ['todo.read'] });
      const requests = [{ permission: read }, { permission: remove }];

      expect(await permissions.authorize(requests, { credentials: service })).toEqual([
        { result: 'ALLOW' },
        { result: 'DENY' },
      ]);
    });
  },
);

describe('the fake permissions', () => {
  it('answer everybody as the test says', async () => {
    const permissions = mockServices.permissions({ result: 'DENY' });

    expect(await permissions.authorize([{ permission: read }], { credentials })).toEqual([
      { result: 'DENY' },
    ]);
    expect(
      await permissions.authorize([{ permission: read }], {
        credentials: mockCredentials.service(),
      }),
    ).toEqual([{ result: 'DENY' }]);
  });

  it('ask the test for each answer', async () => {
    const conditions = { resourceType: 'item', rule: 'isOwner' };
    const permissions = mockServices.permissions({
      result: ({ permission }) =>
        permission.type === 'resource'
          ? { result: 'CONDITIONAL', pluginId: 'todo', resourceType: 'item', conditions }
          : { result: permission.name === 'todo.read' ? 'ALLOW' : 'DENY' },
    });
    const requests = [{ permission: remove }, { permission: read }];

    expect(await permissions.authorize(requests, { credentials })).toEqual([
      { result: 'DENY' },
      { result: 'ALLOW' },
    ]);
    expect(await permissions.authorizeConditional([{ permission: item }], { credentials })).toEqual(
      [{ result: 'CONDITIONAL', pluginId: 'todo', resourceType: 'item', conditions }],
    );
  });
});

const rule = {
  name: 'isOwner',
  description: 'Owned by the user',
  resourceType: 'item',
  apply: () => true,
  toQuery: () => ({}),
};

function refOf(pluginId: string): PermissionResourceRef {
  return {
    $$type: '@backstage/PermissionResourceRef',
    pluginId,
    resourceType: 'item',
  } as PermissionResourceRef;
}

describeBoth(
  'permissionsRegistry',
  {
    real: async () => {
      const lifecycle = mockServices.lifecycle();
      const registry = await makeFrom(permissionsRegistryServiceFactory, {
        auth: mockServices.auth(),
        httpAuth: mockServices.httpAuth(),
        lifecycle,
        httpRouter: mockServices.httpRouter(),
        plugin: mockServices.pluginMetadata(),
      });
      return { registry, close: () => lifecycle.startup() };
    },
    fake: () => {
      const registry = mockServices.permissionsRegistry();
      return { registry, close: async () => registry.close() };
    },
  },
  (make) => {
    it('PREG-1 PREG-3 takes rules of its own plugin, each once', async () => {
      const { registry } = await make();
      registry.addResourceType({ resourceRef: refOf('test'), rules: [rule] });

      const found = registry.getPermissionRuleset(refOf('test')).getRuleByName('isOwner');

      expect(found).toBe(rule);
      expect(() => registry.addPermissionRules([rule])).toThrow('because it already exists');
      expect(() => registry.getPermissionRuleset(refOf('other'))).toThrow(
        "Resource type 'item' belongs to plugin 'other', but was used with plugin 'test'",
      );
    });

    it('PREG-2 refuses what comes after the start', async () => {
      const { registry, close } = await make();

      await close();

      expect(() => registry.addPermissions([read])).toThrow(
        'Cannot add permissions after the plugin has started',
      );
    });
  },
);

describe('the fake permissionsRegistry', () => {
  it('shows what it holds', () => {
    const registry = mockServices.permissionsRegistry();

    registry.addPermissions([read, { ...read, attributes: {} }]);
    registry.addPermissionRules([rule]);

    expect(registry.permissions).toEqual([{ ...read, attributes: {} }]);
    expect(registry.rules).toEqual([rule]);
  });
});
