import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { createBackendModule } from '@stagewire/plugin-api';

/** Allows everything to everybody, but closing a berth. There can be one policy only. */
export const closedBerths = createBackendModule({
  pluginId: 'permission',
  moduleId: 'closed-berths',
  register(env) {
    env.registerInit({
      deps: { policy: policyExtensionPoint },
      async init({ policy }) {
        policy.setPolicy({ handle: decide });
      },
    });
  },
});

async function decide({ permission }) {
  return { result: permission.name === 'yard.berth.close' ? 'DENY' : 'ALLOW' };
}
