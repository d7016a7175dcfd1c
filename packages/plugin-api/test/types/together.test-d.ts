/** Code of both plugin APIs in one backend: each takes what the other made. Nothing here is run. */
import * as theirs from '@backstage/backend-plugin-api';
import { eventsServiceRef as publishedEventsServiceRef } from '@backstage/plugin-events-node';
import { createPermission } from '@backstage/plugin-permission-common';
import {
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import * as ours from '../../src/index.js';

type Sources = { add(source: string): void };
const mail = 'sends mail';

export const features: theirs.BackendFeature[] = [
  ours.createBackendPlugin({ pluginId: 'a', register() {} }),
  theirs.createBackendPlugin({ pluginId: 'b', register() {} }),
] satisfies ours.BackendFeature[];

const ourMailRef = ours.createServiceRef<string>({ id: 'mail' });
const theirMailRef = theirs.createServiceRef<string>({ id: 'mail' });

export const factoriesForTheirs: theirs.ServiceFactory<string, 'plugin', 'singleton'>[] = [
  ours.createServiceFactory({ service: ourMailRef, deps: {}, factory: () => mail }),
  ours.createServiceFactory({ service: theirMailRef, deps: {}, factory: () => mail }),
];
export const factoriesForOurs: ours.ServiceFactory<string, 'plugin', 'singleton'>[] = [
  theirs.createServiceFactory({ service: ourMailRef, deps: {}, factory: () => mail }),
  theirs.createServiceFactory({ service: theirMailRef, deps: {}, factory: () => mail }),
];

ours.createServiceRef<string>({
  id: 'mail',
  defaultFactory: async (service) =>
    theirs.createServiceFactory({ service, deps: {}, factory: () => mail }),
});

const ourSources = ours.createExtensionPoint<Sources>({ id: 'sources' });
const theirSources = theirs.createExtensionPoint<Sources>({ id: 'sources' });

ours.createBackendModule({
  pluginId: 'a',
  moduleId: 'm',
  register(reg) {
    reg.registerInit({
      deps: {
        sources: theirSources,
        logger: theirs.coreServices.logger,
        events: publishedEventsServiceRef,
      },
      async init({ sources, logger, events }) {
        sources.add('x');
        logger.info('x');
        await events.publish({ topic: 'x', eventPayload: {} });
      },
    });
  },
});

theirs.createBackendModule({
  pluginId: 'a',
  moduleId: 'm',
  register(reg) {
    reg.registerInit({
      deps: {
        sources: ourSources,
        logger: ours.coreServices.logger,
        events: ours.eventsServiceRef,
      },
      async init({ sources, logger, events }) {
        sources.add('x');
        logger.info('x');
        await events.publish({ topic: 'x', eventPayload: {} });
      },
    });
  },
});

const read = createPermission({ name: 'item.read', attributes: { action: 'read' } });
const itemRef = createPermissionResourceRef<{ owner: string }, { sql: string }>().with({
  pluginId: 'todo',
  resourceType: 'item',
});
const isOwner = createPermissionRule({
  name: 'IS_OWNER',
  description: 'Is the owner',
  resourceRef: itemRef,
  apply: (item) => item.owner === 'me',
  toQuery: () => ({ sql: 'owner = "me"' }),
});

export async function permissions(
  registry: ours.PermissionsRegistryService,
  service: ours.PermissionsService,
  credentials: theirs.BackstageCredentials,
) {
  registry.addPermissions([read]);
  registry.addResourceType({
    resourceRef: itemRef,
    rules: [isOwner],
    getResources: async (refs) => refs.map((owner) => ({ owner })),
  });
  const [decision] = await service.authorize([{ permission: read }], { credentials });
  return decision?.result === 'ALLOW';
}
