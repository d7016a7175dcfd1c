import * as published from '@backstage/backend-plugin-api';
import { describe, expect, it } from 'vitest';
import { declareConnection, type BackendPluginRegistrationPoints } from '../src/index.js';
import type { PluginRegistration } from '../src/internal.js';
import { registrationsOf } from './registrations.js';

describe('declareConnection', () => {
  it('[W2.5] reaches the method that the types leave out, also that of the published plugin API', () => {
    const plugin = published.createBackendPlugin({
      pluginId: 'todo',
      register(reg) {
        declareConnection(reg, { type: 'github', description: 'reads issues' });
        reg.registerInit({ deps: {}, async init() {} });
      },
    });

    const [registration] = registrationsOf(plugin) as [PluginRegistration];

    expect(registration).toMatchObject({
      connections: [{ type: 'github', description: 'reads issues' }],
    });
  });

  it('[W2.5] refuses registration points of a plugin API without connections', () => {
    const reg: BackendPluginRegistrationPoints = {
      registerExtensionPoint() {},
      registerInit() {},
    };

    expect(() => declareConnection(reg, { type: 'github' })).toThrowError(
      expect.objectContaining({ code: 'E_CONNECTIONS_NOT_SUPPORTED' }),
    );
  });
});
