import { createBackend } from '@stagewire/backend';
import * as api from '@stagewire/plugin-api';
import * as alpha from '@stagewire/plugin-api/alpha';
import { serviceUses } from './service-uses.mjs';

/** One plugin that uses one service while it starts; `nothing` is the plugin alone. */
const { service, register, use } = serviceUses({ ...api, ...alpha })[process.env.BENCH_SERVICE];

const backend = createBackend();
backend.add(
  api.createBackendPlugin({
    pluginId: 'user',
    register(env) {
      register?.(env);
      env.registerInit({
        deps: service ? { service, auth: api.coreServices.auth } : {},
        async init(services) {
          await use?.(services);
        },
      });
    },
  }),
);
await backend.start();
