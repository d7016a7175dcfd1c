import type { JsonObject } from '@stagewire/config';
import type { Request } from 'express';

/**
 * How much an audited event matters: `low` for everyday access, `medium` for what changes data,
 * `high` for changes of somebody's permissions, `critical` for those of administrators.
 *
 * @public
 */
export type AuditorServiceEventSeverityLevel = 'low' | 'medium' | 'high' | 'critical';

/** What {@link AuditorService.createEvent} is told. @public */
export type AuditorServiceCreateEventOptions = {
  /**
   * What happens, in kebab-case and without the plugin id, which is added: `user-login`, `fetch`.
   * Variants of one event share the id and differ in `meta`.
   */
  eventId: string;

  /** @defaultValue 'low' */
  severityLevel?: AuditorServiceEventSeverityLevel;

  /** The request that caused it; names the actor, the address and the agent. */
  request?: Request<any, any, any, any, any>;

  /** More facts about the event. A variant is best told as `queryType`, such as `by-id`. */
  meta?: JsonObject;
};

/** An audited event that has begun. Exactly one of its methods is called, once. @public */
export type AuditorServiceEvent = {
  /** It was done. `meta` is merged over the first one. */
  success(options?: { meta?: JsonObject }): Promise<void>;

  /** It failed. `meta` is merged over the first one. */
  fail(options: { meta?: JsonObject; error: Error }): Promise<void>;
};

/** Keeps the record of who did what. @public */
export interface AuditorService {
  /**
   * Records that something begins.
   *
   * @throws the error of the auth service, when the credentials of the request are not valid
   */
  createEvent(options: AuditorServiceCreateEventOptions): Promise<AuditorServiceEvent>;
}
