import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '@stagewire/config';
import { AuthenticationError } from '@stagewire/errors';
import type { DiscoveryService, LoggerService, PluginTokenHandler } from '@stagewire/plugin-api';
import { digestOf } from '../credentials/digest.js';
import { decodeToken, decodeTokenHeader, encodeTokenPart } from '../credentials/jwt.js';
import { loggable, refuse, TokenRefusal } from '../credentials/refusal.js';
import type { PluginKeys } from './plugin-keys.js';
import type { SharedAuth } from './shared-auth.js';
import { signText } from './signature-algorithms.js';
import { verifySignedToken, type KeyRequest } from './signed-token.js';
import { TOKEN_TYPES } from './token-types.js';

/** In seconds. */
const TOKEN_LIFETIME = 60 * 60;
/** For how long an issued token is issued again, in milliseconds. */
const REISSUE_PERIOD = 30_000;

const PLUGIN_ID = /^[a-z0-9_-]+$/i;

type PluginClaims = { sub: string; exp: number; obo?: string };

/** A plugin that calls, as proven by a token; with the user it calls for, if any. */
export type VerifiedPlugin = { subject: string; limitedUserToken?: string };

/**
 * Issues the tokens with which plugins call each other, and verifies those of callers against the
 * keys that the calling plugin publishes.
 */
export class DefaultPluginTokenHandler implements PluginTokenHandler {
  readonly #pluginId: string;
  readonly #logger: LoggerService;
  readonly #discovery: DiscoveryService;
  readonly #keys: PluginKeys;
  readonly #shared: SharedAuth;
  readonly #scope: string;

  constructor(options: {
    pluginId: string;
    logger: LoggerService;
    discovery: DiscoveryService;
    keys: PluginKeys;
    shared: SharedAuth;
  }) {
    this.#pluginId = options.pluginId;
    this.#logger = options.logger;
    this.#discovery = options.discovery;
    this.#keys = options.keys;
    this.#shared = options.shared;
    this.#scope = `plugin ${this.#pluginId} `;
  }

  /**
   * Finds the plugin that a token was verified to be of, by its digest; undefined when it has to be
   * verified.
   */
  recall(digest: string): VerifiedPlugin | undefined {
    const known = this.#shared.verified.find<PluginClaims>(this.#scope, digest);
    return known && toVerifiedPlugin(known);
  }

  async verifyToken(token: string): Promise<VerifiedPlugin | undefined> {
    if (decodeTokenHeader(token)?.['typ'] !== TOKEN_TYPES.plugin) return undefined;
    try {
      const claims = await this.#shared.verified.remember(this.#scope, digestOf(token), () =>
        this.#verify(token),
      );
      return toVerifiedPlugin(claims);
    } catch (error) {
      throw this.#toRefusal(error, token);
    }
  }

  async issueToken(options: {
    pluginId: string;
    targetPluginId: string;
    onBehalfOf?: { limitedUserToken: string; expiresAt: Date };
  }): Promise<{ token: string }> {
    const { pluginId, targetPluginId, onBehalfOf } = options;
    // A token serves many calls, and one that the called plugin has met costs no signature check.
    const key = toIssueKey(pluginId, targetPluginId, onBehalfOf?.limitedUserToken);
    const recent = this.#shared.issued.get(key);
    if (recent !== undefined) return { token: recent };

    const issuedAt = Math.floor(Date.now() / 1000);
    const ownExpiry = issuedAt + TOKEN_LIFETIME;
    const userExpiry = onBehalfOf ? Math.floor(onBehalfOf.expiresAt.getTime() / 1000) : Infinity;
    const token = await this.#sign({
      sub: pluginId,
      aud: targetPluginId,
      iat: issuedAt,
      exp: Math.min(ownExpiry, userExpiry),
      ...(onBehalfOf && { obo: onBehalfOf.limitedUserToken }),
    });
    this.#shared.issued.set(key, token, Math.min(Date.now() + REISSUE_PERIOD, userExpiry * 1000));
    return { token };
  }

  async #sign(payload: JsonObject): Promise<string> {
    const { id, algorithm, privateKey } = await this.#keys.getSigningKey();
    const header = { typ: TOKEN_TYPES.plugin, alg: algorithm, kid: id };
    const signingInput = `${encodeTokenPart(header)}.${encodeTokenPart(payload)}`;
    return `${signingInput}.${signText(privateKey, algorithm, signingInput)}`;
  }

  async #verify(token: string): Promise<PluginClaims> {
    const sourceId = readSubject(token);
    const { exp, obo } = await verifySignedToken(token, {
      audience: this.#pluginId,
      requiredClaims: ['iat', 'exp', 'sub', 'aud'],
      findKey: (request) => this.#findKey(sourceId, request),
    });
    return {
      sub: sourceId,
      exp: exp as number,
      ...(typeof obo === 'string' && { obo }),
    };
  }

  async #findKey(sourceId: string, request: KeyRequest): Promise<KeyObject> {
    const { keyId, algorithm } = request;
    const local = keyId && this.#shared.localKeys.find(sourceId, keyId, algorithm);
    if (local) return local;

    const url = await this.#findKeysUrl(sourceId);
    return this.#shared.keySets.use(url, (keySet) => keySet.findKey(request));
  }

  async #findKeysUrl(sourceId: string): Promise<string> {
    try {
      const baseUrl = await this.#discovery.getBaseUrl(sourceId);
      return `${baseUrl}/.backstage/auth/v1/jwks.json`;
    } catch (error) {
      throw new TokenRefusal('source_without_keys', { detail: (error as Error).message });
    }
  }

  #toRefusal(error: unknown, token: string): unknown {
    if (!(error instanceof TokenRefusal)) return error;
    const { reason, details } = error;
    const source = loggable(decodeToken(token)?.payload['sub']);
    return refuse(this.#logger, new AuthenticationError(toMessage(error, source)), {
      what: 'a plugin token',
      reason,
      details: { sourcePluginId: source, targetPluginId: this.#pluginId, ...details },
    });
  }
}

function toVerifiedPlugin({ sub, obo }: PluginClaims): VerifiedPlugin {
  const subject = `plugin:${sub}`;
  return obo === undefined ? { subject } : { subject, limitedUserToken: obo };
}

// Only what holds a token has to be a digest, and no digest has a colon.
function toIssueKey(pluginId: string, targetPluginId: string, userToken: string | undefined) {
  return userToken === undefined
    ? `${pluginId.length}:${pluginId}${targetPluginId}`
    : digestOf(pluginId, targetPluginId, userToken);
}

const verifyToken = DefaultPluginTokenHandler.prototype.verifyToken;

/** The handler, unless it is wrapped: what wraps it has to be shown every token. */
export function findUnwrapped(handler: PluginTokenHandler): DefaultPluginTokenHandler | undefined {
  const isOwn = handler instanceof DefaultPluginTokenHandler && handler.verifyToken === verifyToken;
  return isOwn ? handler : undefined;
}

// Ids end up in URLs and in messages, so nothing else may stand there.
function readSubject(token: string): string {
  const decoded = decodeToken(token);
  if (!decoded) throw new TokenRefusal('malformed_token');
  const { sub } = decoded.payload;
  if (sub === undefined) throw new TokenRefusal('missing_claim', { claim: 'sub' });
  if (typeof sub !== 'string' || !PLUGIN_ID.test(sub)) throw new TokenRefusal('forbidden_subject');
  return sub;
}

function toMessage({ reason }: TokenRefusal, source: string): string {
  switch (reason) {
    case 'forbidden_subject':
      return 'Invalid plugin token: forbidden subject format';
    case 'source_without_keys':
      return `Received a plugin token where the source '${source}' plugin unexpectedly does not have a JWKS endpoint. The target plugin needs to be migrated to be installed in an app using the new backend system.`;
    default:
      return 'Failed plugin token verification';
  }
}
