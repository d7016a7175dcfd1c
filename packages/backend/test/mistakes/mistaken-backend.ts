import { createBackend } from '@stagewire/backend';
import { createBackendPlugin, type BackendFeature } from '@stagewire/plugin-api';
import type { Backend } from '@stagewire/wiring';
import type { Mistake } from './mistake.js';

/** Makes a backend with mistakes, and with a plugin that tells when it is started. */
export function createMistakenBackend(mistakes: Mistake[], onStarted: () => void): Backend {
  const backend = createBackend();
  backend.add(
    createBackendPlugin({
      pluginId: 'witness',
      register(reg) {
        reg.registerInit({ deps: {}, init: async () => onStarted() });
      },
    }),
  );
  for (const { features } of mistakes) {
    for (const feature of features?.() ?? []) backend.add(feature as BackendFeature);
  }
  return backend;
}
