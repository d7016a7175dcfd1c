import type { JsonObject } from '@stagewire/config';
import type { AuditorServiceEventSeverityLevel } from '@stagewire/plugin-api';

/** One line in the record of who did what. @public */
export type AuditorEvent = {
  /** The plugin in which it happens. */
  plugin: string;
  eventId: string;
  severityLevel: AuditorServiceEventSeverityLevel;
  actor: {
    /** The user, or the service; undefined for somebody without credentials. */
    actorId?: string | undefined;
    ip?: string | undefined;
    hostname?: string | undefined;
    userAgent?: string | undefined;
  };
  /** The request that caused it, with its URL as the client sent it. */
  request?: { url: string; method: string };
  meta?: JsonObject;
} & (
  | { status: 'initiated' | 'succeeded' }
  | {
      status: 'failed';
      error: Error;
    }
);

/** Puts one event on record; when it rejects, so does what the plugin called. @public */
export type AuditorLogFunction = (event: AuditorEvent) => void | Promise<void>;
