import type { Config } from '@stagewire/config';
import { explain, isExplained } from '@stagewire/errors';
import type { ExternalTokenHandler, LoggerService } from '@stagewire/plugin-api';
import type { AccessRestrictions } from '../credentials/credentials.js';
import { digestOf } from '../credentials/digest.js';
import { loggable, TokenRefusal } from '../credentials/refusal.js';
import { readAccessRestrictions } from './access-restrictions.js';
import { authErrors } from './errors.js';
import { readJwksIssuer, verifyJwksToken } from './jwks-token.js';
import { createLegacySecret, looksLikeLegacyToken, verifyLegacyToken } from './legacy-token.js';
import type { RemoteKeySets } from './remote-key-sets.js';
import { readStaticToken, type StaticToken } from './static-token.js';
import type { VerifiedTokens } from './verified-tokens.js';

const CONFIG_KEY = 'backend.auth.externalAccess';
const OLD_CONFIG_KEY = 'backend.auth.keys';
const OLD_SUBJECT = 'external:backstage-plugin';
const BUILT_IN_TYPES = ['static', 'legacy', 'jwks'] as const;

type BuiltInType = (typeof BUILT_IN_TYPES)[number];

/** What a rule makes of a token: who it is, or why it is not for this rule. */
export type Verdict = { subject: string } | { declined: string };

/** One way into the backend from outside. */
export type ExternalAccessRule = {
  type: string;
  restrictions: AccessRestrictions | undefined;
  /** Set for static tokens, which are compared before any other rule is asked. */
  staticToken?: StaticToken;
  /** Rejects when the token is for this rule and not valid. */
  verify(token: string): Promise<Verdict>;
};

/**
 * The rules of `backend.auth.externalAccess`.
 *
 * @remarks
 * All plugins of a process share them, so the configuration is read once. With handlers of their
 * own, plugins get rules that those handlers make for their types; the others stay shared.
 */
export class ExternalAccessRules {
  readonly #config: Config;
  readonly #keySets: RemoteKeySets;
  readonly #verified: VerifiedTokens;
  readonly #builtIn = new Map<number, ExternalAccessRule>();
  #shared: ExternalAccessRule[] | undefined;
  #warned = false;

  constructor(options: { config: Config; keySets: RemoteKeySets; verified: VerifiedTokens }) {
    this.#config = options.config;
    this.#keySets = options.keySets;
    this.#verified = options.verified;
  }

  /**
   * Reads the rules, in the order of the configuration.
   *
   * @throws `E_AUTH_EXTERNAL_TYPE`, `E_AUTH_EXTERNAL_HANDLER_DUPLICATE`, `E_AUTH_EXTERNAL_OPTION` or
   *   `E_AUTH_ACCESS_RESTRICTION`
   */
  read(
    handlers: ExternalTokenHandler<unknown>[],
    logger: LoggerService,
  ): readonly ExternalAccessRule[] {
    if (handlers.length > 0) return this.#readAll(toHandlersByType(handlers), logger);
    this.#shared ??= this.#readAll(new Map(), logger);
    return this.#shared;
  }

  #readAll(
    handlers: ReadonlyMap<string, ExternalTokenHandler<unknown>>,
    logger: LoggerService,
  ): ExternalAccessRule[] {
    const entries = this.#config.getOptionalConfigArray(CONFIG_KEY) ?? [];
    const rules = entries.map((entry, index) =>
      namingEntry(index, () => {
        const type = entry.getString('type');
        const handler = handlers.get(type);
        return handler
          ? toCustomRule(handler, entry)
          : this.#readBuiltIn(type, entry, index, [...handlers.keys()]);
      }),
    );
    const oldRules = this.#readOldKeys(entries.length);
    this.#warnOnce(entries, oldRules, logger);
    return [...rules, ...oldRules];
  }

  #readBuiltIn(
    type: string,
    entry: Config,
    index: number,
    customTypes: string[],
  ): ExternalAccessRule {
    const known = this.#builtIn.get(index);
    if (known) return known;

    if (!isBuiltInType(type)) {
      throw authErrors.externalAccessType(type, [...BUILT_IN_TYPES, ...customTypes]);
    }
    const restrictions = readAccessRestrictions(entry);
    const rule = { type, restrictions, ...this.#readers[type](entry, index) };
    this.#builtIn.set(index, rule);
    return rule;
  }

  readonly #readers: Record<
    BuiltInType,
    (entry: Config, index: number) => Pick<ExternalAccessRule, 'verify' | 'staticToken'>
  > = {
    static: (entry) => ({
      staticToken: readStaticToken(entry.getConfig('options')),
      verify: async () => ({ declined: 'another token' }),
    }),

    legacy: (entry, index) => {
      const options = entry.getConfig('options');
      return this.#legacy(options.getString('secret'), options.getString('subject'), index);
    },

    jwks: (entry, index) => {
      const issuer = readJwksIssuer(entry.getConfig('options'));
      return {
        verify: async (token) => {
          try {
            return await this.#verified.remember(`external ${index}`, digestOf(token), () =>
              verifyJwksToken(token, issuer, this.#keySets),
            );
          } catch (error) {
            // The token may well be for a later rule.
            return { declined: describe(error as Error) };
          }
        },
      };
    },
  };

  #legacy(secret: string, subject: string, index: number): Pick<ExternalAccessRule, 'verify'> {
    const legacySecret = createLegacySecret(secret, subject);
    return {
      verify: async (token) => {
        if (!looksLikeLegacyToken(token)) return { declined: 'not a token of an old backend' };
        try {
          await this.#verified.remember(`external ${index}`, digestOf(token), () =>
            verifyLegacyToken(token, legacySecret),
          );
          return { subject };
        } catch (error) {
          // Another secret signed it: that of a later rule, perhaps.
          if (error instanceof TokenRefusal) return { declined: describe(error) };
          throw error;
        }
      },
    };
  }

  #readOldKeys(firstIndex: number): ExternalAccessRule[] {
    const entries = this.#config.getOptionalConfigArray(OLD_CONFIG_KEY) ?? [];
    return entries.map((entry, index) => ({
      type: 'legacy',
      restrictions: undefined,
      ...this.#legacy(entry.getString('secret'), OLD_SUBJECT, firstIndex + index),
    }));
  }

  #warnOnce(entries: Config[], oldRules: ExternalAccessRule[], logger: LoggerService): void {
    if (this.#warned) return;
    this.#warned = true;
    if (oldRules.length > 0) {
      logger.warn(
        `DEPRECATION WARNING: ${OLD_CONFIG_KEY} gives way to ${CONFIG_KEY}; move each secret to an entry there with the type legacy`,
      );
    }
    for (const [index, entry] of entries.entries()) {
      if (entry.getString('type') !== 'jwks' || !entry.has('options.accessRestrictions')) continue;
      logger.warn(
        `${CONFIG_KEY}[${index}].options.accessRestrictions restricts nothing; move it out of options, to ${CONFIG_KEY}[${index}].accessRestrictions`,
      );
    }
  }
}

function isBuiltInType(type: string): type is BuiltInType {
  return (BUILT_IN_TYPES as readonly string[]).includes(type);
}

function toHandlersByType(
  handlers: ExternalTokenHandler<unknown>[],
): ReadonlyMap<string, ExternalTokenHandler<unknown>> {
  const byType = new Map<string, ExternalTokenHandler<unknown>>();
  for (const handler of handlers) {
    if (byType.has(handler.type)) throw authErrors.duplicateExternalHandler(handler.type);
    byType.set(handler.type, handler);
  }
  return byType;
}

/** Lets a refusal tell which entry it is about. */
function namingEntry<T>(index: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isExplained(error)) throw error;
    const fix = error.fix.replace(
      `that entry in ${CONFIG_KEY}`,
      `the entry ${CONFIG_KEY}[${index}]`,
    );
    throw explain(error, error.code, fix);
  }
}

function toCustomRule(handler: ExternalTokenHandler<unknown>, entry: Config): ExternalAccessRule {
  const restrictions = readAccessRestrictions(entry);
  const context = handler.initialize({ options: entry.getConfig('options') });
  return {
    type: handler.type,
    restrictions,
    verify: async (token) =>
      (await handler.verifyToken(token, context)) ?? { declined: 'not for this handler' },
  };
}

function describe(error: Error): string {
  const detail = error instanceof TokenRefusal ? error.details['detail'] : undefined;
  return detail === undefined ? error.message : `${error.message} (${loggable(detail)})`;
}
