import type { JsonObject } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { AuditorLogFunction } from './auditor-event.js';
import type { SeverityLogLevels } from './severity-log-levels.js';

/** Puts audit events among the log lines of a plugin, marked with `isAuditEvent`. */
export function logAuditEvents(
  logger: LoggerService,
  levels: SeverityLogLevels,
): AuditorLogFunction {
  let auditLogger: LoggerService | undefined;
  return (event) => {
    auditLogger ??= logger.child({ isAuditEvent: true });
    const message = `${event.plugin}.${event.eventId}`;
    // Plugins without types may name a severity that does not exist; the event still counts.
    const level = levels[event.severityLevel] ?? 'info';
    if (event.status !== 'failed') {
      auditLogger[level](message, event as JsonObject);
      return;
    }
    const { error, ...rest } = event;
    auditLogger.child(rest as JsonObject)[level](message, error);
  };
}
