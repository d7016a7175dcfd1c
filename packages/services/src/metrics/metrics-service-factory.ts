import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { metricsServiceRef } from '@stagewire/plugin-api/alpha';
import { loadOpenTelemetry } from '../open-telemetry/open-telemetry-api.js';
import { readInstrumentationScope } from '../open-telemetry/read-scope.js';
import { OpenTelemetryMetrics } from './open-telemetry-metrics.js';

/**
 * Measures plugins with OpenTelemetry, if the process has an SDK. The meter of a plugin can be
 * named at `backend.metrics.plugin.<id>.meter`.
 *
 * @public
 */
export const metricsServiceFactory = createServiceFactory({
  service: metricsServiceRef,
  deps: {
    config: coreServices.rootConfig,
    pluginMetadata: coreServices.pluginMetadata,
  },
  async factory({ config, pluginMetadata }) {
    const pluginId = pluginMetadata.getId();
    const key = `backend.metrics.plugin.${pluginId}.meter`;
    const scope = readInstrumentationScope(config, key, pluginId);
    // Instruments are made without waiting, so an SDK that is there already has to be at hand.
    await loadOpenTelemetry();
    return new OpenTelemetryMetrics(scope, pluginMetadata);
  },
});
