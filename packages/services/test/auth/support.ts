import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import type {
  AuthService,
  DatabaseService,
  ExternalTokenHandler,
  LoggerService,
  PluginTokenHandler,
} from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { SignJWT } from 'jose';
import createKnex, { type Knex } from 'knex';
import { onTestFinished } from 'vitest';
import { authServiceFactory } from '../../src/auth/auth-service-factory.js';
import { signText } from '../../src/auth/signature-algorithms.js';
import { serveLoopback } from '../support/loopback-server.js';
import { recordingLogger, type LogLine } from '../support/recording-logger.js';

const require = createRequire(import.meta.url);
const BetterSqlite3 = require('knex/lib/dialects/better-sqlite3/index.js') as typeof Knex.Client;

class LibsqlClient extends BetterSqlite3 {
  _driver(): unknown {
    return require('libsql');
  }
}

/** A database in memory, which counts how often it was opened. */
export function memoryDatabase(): DatabaseService & { opened: number; client: Knex } {
  const client = createKnex({
    client: LibsqlClient,
    connection: ':memory:',
    useNullAsDefault: true,
  });
  onTestFinished(() => client.destroy());
  return {
    opened: 0,
    client,
    async getClient() {
      this.opened += 1;
      return client;
    },
  };
}

/** What a plugin's auth service is made with in a test. */
export type PluginOptions = {
  database?: DatabaseService;
  decorate?: (handler: PluginTokenHandler) => PluginTokenHandler;
  handlers?: ExternalTokenHandler<any>[];
};

/**
 * A process of a backend, of which only the auth services exist. Every plugin publishes its keys
 * below `url`; requests to it are in `requests`.
 */
export async function startProcess(
  options: { auth?: JsonObject; urls?: Record<string, string>; logger?: LoggerService } = {},
) {
  const services = new Map<string, AuthService>();
  const requests: string[] = [];
  const { url } = await serveLoopback(async (req, res) => {
    requests.push(req.url ?? '');
    const pluginId = /^\/api\/([^/]+)\/\.backstage\/auth\/v1\/jwks\.json$/.exec(req.url ?? '')?.[1];
    const service = services.get(pluginId ?? '');
    if (!service) return void res.writeHead(404).end('{}');
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(await service.listPublicServiceKeys()));
  });

  const lines: LogLine[] = [];
  const factory = authServiceFactory as unknown as ServiceFactoryShape;
  const config = new ConfigReader({ backend: { auth: options.auth ?? {} } });
  const shared = await factory.createRootContext?.({ config });
  const urls: Record<string, string> = { ...options.urls };

  return {
    url,
    urls,
    requests,
    lines,
    /** The reasons of all refusals so far. */
    reasons: () => lines.flatMap(({ meta }) => (meta as { reason?: string })?.reason ?? []),
    async plugin(pluginId: string, given: PluginOptions = {}): Promise<AuthService> {
      const service = await factory.factory(
        {
          config,
          logger: recordingLogger(lines),
          discovery: {
            getBaseUrl: async (id: string) => urls[id] ?? `${url}/api/${id}`,
            getExternalBaseUrl: async (id: string) => urls[id] ?? `${url}/api/${id}`,
          },
          plugin: { getId: () => pluginId },
          database: given.database ?? memoryDatabase(),
          pluginTokenHandlerDecorator: given.decorate ?? ((handler: PluginTokenHandler) => handler),
          externalTokenHandlers: given.handlers ?? [],
        },
        shared,
      );
      services.set(pluginId, service as AuthService);
      return service as AuthService;
    },
  };
}

/** An issuer with one key pair and a JWKS to publish. */
export function createIssuer(algorithm = 'ES256') {
  const { publicKey, privateKey } = makeKeyPair(algorithm);
  const kid = randomUUID();
  return {
    kid,
    privateKey,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm } as JsonObject,
    sign: (payload: JsonObject, header: JsonObject = {}) =>
      new SignJWT(payload).setProtectedHeader({ alg: algorithm, kid, ...header }).sign(privateKey),
  };
}

export type Issuer = ReturnType<typeof createIssuer>;

function makeKeyPair(algorithm: string): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (algorithm) {
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
    case 'RS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'ES384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    default:
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  }
}

/** Publishes keys, which the test may change, at a URL; counts the requests for them. */
export async function publishKeys(keys: JsonObject[]) {
  const published = { url: '', keys, requests: 0, status: 200, answer: undefined as unknown };
  const { url } = await serveLoopback((_req, res) => {
    published.requests += 1;
    res.writeHead(published.status, { 'content-type': 'application/json' });
    res.end(JSON.stringify(published.answer ?? { keys: published.keys }));
  });
  published.url = url;
  return published;
}

/** Now, in seconds since the Unix epoch. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** The claims of a user token that is valid for an hour. */
export function userClaims(claims: JsonObject = {}): JsonObject {
  return {
    sub: 'user:default/jane',
    ent: ['user:default/jane', 'group:default/team-a'],
    aud: 'backstage',
    iat: now(),
    exp: now() + 3600,
    ...claims,
  };
}

/** A user token as the auth plugin issues it, with the proof for a limited one. */
export async function issueUserToken(issuer: Issuer, claims: JsonObject = {}): Promise<string> {
  const payload = userClaims(claims);
  const { sub, iat, exp } = payload;
  const text = [
    { typ: 'vnd.backstage.limited-user', alg: 'ES256', kid: issuer.kid },
    { sub, iat, exp },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const uip = signText(issuer.privateKey, 'ES256', text);
  return issuer.sign({ ...payload, uip }, { typ: 'vnd.backstage.user' });
}

const parse = (text?: string) => JSON.parse(Buffer.from(text ?? '', 'base64url').toString());

/** Takes a token apart without verifying it. */
export function decode(token: string): { header: JsonObject; payload: JsonObject } {
  const [header, payload] = token.split('.');
  return { header: parse(header), payload: parse(payload) };
}
