import type { JsonObject } from '@stagewire/config';
import { AuthenticationError, NotAllowedError } from '@stagewire/errors';
import type { BackstageServicePrincipal, LoggerService } from '@stagewire/plugin-api';
import { createServiceCredentials, type InternalCredentials } from '../credentials/credentials.js';
import { loggable, refuse } from '../credentials/refusal.js';
import type { ExternalAccessRule } from './external-access-rules.js';
import { isStaticToken } from './static-token.js';

type ServiceCredentials = InternalCredentials<BackstageServicePrincipal>;

/** Lets programs from outside call one plugin, by the rules of the configuration. */
export class ExternalAccess {
  readonly #pluginId: string;
  readonly #logger: LoggerService;
  readonly #rules: readonly ExternalAccessRule[];

  constructor(options: {
    pluginId: string;
    logger: LoggerService;
    rules: readonly ExternalAccessRule[];
  }) {
    this.#pluginId = options.pluginId;
    this.#logger = options.logger;
    this.#rules = options.rules;
  }

  /**
   * Compares a token with the static ones, which takes less than a microsecond.
   *
   * @param digest - what `digestOf` makes of the token
   * @throws NotAllowedError when it is one and its restrictions do not list this plugin
   */
  matchStaticToken(digest: string): ServiceCredentials | undefined {
    let sent: Buffer | undefined;
    for (const rule of this.#rules) {
      if (!rule.staticToken) continue;
      sent ??= Buffer.from(digest);
      if (isStaticToken(sent, rule.staticToken)) {
        return this.#admit(rule.staticToken.subject, rule);
      }
    }
    return undefined;
  }

  /**
   * Asks the rules in the order of the configuration.
   *
   * @throws AuthenticationError `Illegal token` when no rule accepts it; NotAllowedError when the
   *   restrictions of the one that does so do not list this plugin
   */
  async verifyToken(token: string): Promise<ServiceCredentials> {
    const declined: string[] = [];
    for (const rule of this.#rules) {
      const verdict = await this.#ask(rule, token);
      if ('subject' in verdict) return this.#admit(verdict.subject, rule);
      declined.push(`${rule.type}: ${verdict.declined}`);
    }
    throw this.#refuse(new AuthenticationError('Illegal token'), 'no_external_access_rule', {
      rules: declined.slice(0, 20),
    });
  }

  async #ask(rule: ExternalAccessRule, token: string) {
    try {
      return await rule.verify(token);
    } catch (error) {
      if ((error as Error)?.name !== 'AuthenticationError') throw error;
      throw this.#refuse(error as Error, 'invalid_external_token', {
        rule: rule.type,
        detail: loggable((error as Error).message),
      });
    }
  }

  #admit(subject: string, { restrictions }: ExternalAccessRule): ServiceCredentials {
    if (!restrictions) return createServiceCredentials({ subject });

    const accessRestrictions = restrictions.get(this.#pluginId);
    if (!accessRestrictions) {
      const allowed = [...restrictions.keys()].map((id) => `'${id}'`).join(', ');
      throw this.#refuse(
        new NotAllowedError(`This token's access is restricted to plugin(s) ${allowed}`),
        'access_restricted',
        { subject },
      );
    }
    return createServiceCredentials({
      subject,
      accessRestrictions,
      allAccessRestrictions: restrictions,
    });
  }

  #refuse<TError extends Error>(
    error: TError,
    reason: Parameters<typeof refuse>[2]['reason'],
    details: JsonObject,
  ): TError {
    return refuse(this.#logger, error, {
      what: 'an external token',
      reason,
      details: { pluginId: this.#pluginId, ...details },
    });
  }
}
