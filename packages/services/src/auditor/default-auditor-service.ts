import type { JsonObject } from '@stagewire/config';
import { ForwardedError } from '@stagewire/errors';
import type {
  AuditorService,
  AuditorServiceCreateEventOptions,
  AuditorServiceEvent,
  AuthService,
  BackstageCredentials,
  HttpAuthService,
  PluginMetadataService,
} from '@stagewire/plugin-api';
import type { AuditorEvent, AuditorLogFunction } from './auditor-event.js';

/** The services that an auditor works with. @public */
export type AuditorDeps = {
  auth: AuthService;
  httpAuth: HttpAuthService;
  plugin: PluginMetadataService;
};

type AnyRequest = NonNullable<AuditorServiceCreateEventOptions['request']>;

/**
 * Makes audit events of what a plugin tells, and hands each to a function that keeps them.
 *
 * @example
 * ```ts
 * createServiceFactory({
 *   service: coreServices.auditor,
 *   deps: {
 *     auth: coreServices.auth,
 *     httpAuth: coreServices.httpAuth,
 *     plugin: coreServices.pluginMetadata,
 *   },
 *   factory: (deps) => DefaultAuditorService.create((event) => queue.send(event), deps),
 * });
 * ```
 *
 * @public
 */
export class DefaultAuditorService implements AuditorService {
  readonly #log: AuditorLogFunction;
  readonly #deps: AuditorDeps;

  /**
   * Makes the auditor of one plugin.
   *
   * @param log - keeps an event; when it rejects, so does what told of the event
   */
  static create(log: AuditorLogFunction, deps: AuditorDeps): DefaultAuditorService {
    return new DefaultAuditorService(log, deps);
  }

  private constructor(log: AuditorLogFunction, deps: AuditorDeps) {
    this.#log = log;
    this.#deps = deps;
  }

  async createEvent(options: AuditorServiceCreateEventOptions): Promise<AuditorServiceEvent> {
    const { eventId, severityLevel = 'low', request, meta } = options;
    const event = {
      plugin: this.#deps.plugin.getId(),
      eventId,
      severityLevel,
      actor: await this.#describeActor(request),
      ...(request && { request: { url: request.originalUrl, method: request.method } }),
    };
    const log = async (outcome: Outcome, more?: JsonObject) => {
      await this.#log({ ...event, ...withMeta({ ...meta, ...more }), ...outcome });
    };

    await log({ status: 'initiated' });
    return {
      success: (outcome) => log({ status: 'succeeded' }, outcome?.meta),
      fail: (outcome) => log({ status: 'failed', error: outcome.error }, outcome.meta),
    };
  }

  async #describeActor(request: AnyRequest | undefined): Promise<AuditorEvent['actor']> {
    return {
      actorId: await this.#findActorId(request),
      ip: request?.ip,
      hostname: request?.hostname,
      userAgent: request?.get('user-agent'),
    };
  }

  async #findActorId(request: AnyRequest | undefined): Promise<string | undefined> {
    const { auth } = this.#deps;
    const credentials = request
      ? await this.#readCredentials(request)
      : await auth.getOwnServiceCredentials();
    if (auth.isPrincipal(credentials, 'user')) return credentials.principal.userEntityRef;
    if (auth.isPrincipal(credentials, 'service')) return credentials.principal.subject;
    return undefined;
  }

  async #readCredentials(request: AnyRequest): Promise<BackstageCredentials> {
    try {
      return await this.#deps.httpAuth.credentials(request);
    } catch (error) {
      throw new ForwardedError('Could not resolve credentials', error);
    }
  }
}

type Outcome = { status: 'initiated' | 'succeeded' } | { status: 'failed'; error: Error };

function withMeta(meta: JsonObject): { meta?: JsonObject } {
  return Object.keys(meta).length > 0 ? { meta } : {};
}
