import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { tracingServiceRef } from '@stagewire/plugin-api/alpha';
import { loadOpenTelemetry } from '../open-telemetry/open-telemetry-api.js';
import { readInstrumentationScope } from '../open-telemetry/read-scope.js';
import { OpenTelemetryTracing } from './open-telemetry-tracing.js';

/**
 * Traces plugins with OpenTelemetry, if the process has an SDK. The tracer of a plugin can be
 * named at `backend.tracing.plugin.<id>.tracer`; spans tell who the user is only when
 * `backend.tracing.capture.endUser` is true.
 *
 * @public
 */
export const tracingServiceFactory = createServiceFactory({
  service: tracingServiceRef,
  deps: {
    config: coreServices.rootConfig,
    pluginMetadata: coreServices.pluginMetadata,
    httpAuth: coreServices.httpAuth,
  },
  async factory({ config, pluginMetadata, httpAuth }) {
    const pluginId = pluginMetadata.getId();
    const key = `backend.tracing.plugin.${pluginId}.tracer`;
    const scope = readInstrumentationScope(config, key, pluginId);
    const captureEndUser = config.getOptionalBoolean('backend.tracing.capture.endUser') ?? false;
    // Contexts are read without waiting, so an SDK that is there already has to be at hand.
    await loadOpenTelemetry();
    return new OpenTelemetryTracing({ pluginId, scope, captureEndUser, httpAuth });
  },
});
