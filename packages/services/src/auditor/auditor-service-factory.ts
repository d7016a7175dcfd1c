import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { DefaultAuditorService } from './default-auditor-service.js';
import { logAuditEvents } from './log-audit-events.js';
import { readSeverityLogLevels } from './severity-log-levels.js';

/**
 * Records who did what, in the log.
 *
 * @throws InputError `E_AUDITOR_LOG_LEVEL` when `backend.auditor.severityLogLevelMappings` names
 *   a level that does not exist
 * @public
 */
export const auditorServiceFactory = createServiceFactory({
  service: coreServices.auditor,
  deps: {
    config: coreServices.rootConfig,
    logger: coreServices.logger,
    auth: coreServices.auth,
    httpAuth: coreServices.httpAuth,
    plugin: coreServices.pluginMetadata,
  },
  factory: ({ config, logger, auth, httpAuth, plugin }) =>
    DefaultAuditorService.create(logAuditEvents(logger, readSeverityLogLevels(config)), {
      auth,
      httpAuth,
      plugin,
    }),
});
