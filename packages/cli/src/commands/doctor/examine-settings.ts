import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { locateValue, type Config } from '@stagewire/config';
import { toError } from '@stagewire/errors';
import { doctorErrors } from './errors.js';
import { toFinding, type Finding } from './finding.js';

/** Finds values that no schema refuses, and that the services which read them will. */
export function examineSettings(config: Config, folder: string): Finding[] {
  return [
    ...examineBaseUrl(config),
    ...examineAddress(config),
    ...examineCertificate(config),
    ...examineRateLimit(config),
    ...examineAuth(config, folder),
    ...examineEndpoints(config),
  ].map(({ severity, key, problem, fix }) => {
    const where = locateValue(config, key);
    const culprit = where === undefined ? key : `${where} (${key})`;
    return toFinding('configuration', severity, doctorErrors.setting(key, problem, fix), [culprit]);
  });
}

type Issue = { severity: Finding['severity']; key: string; problem: string; fix: string };

const BASE_URL = 'backend.baseUrl';

function examineBaseUrl(config: Config): Issue[] {
  const baseUrl = read(config, BASE_URL);
  if (baseUrl === undefined) {
    const fix = 'set it to the address that others reach the backend at: http://localhost:7007';
    return [{ severity: 'error', key: BASE_URL, problem: 'is not set', fix }];
  }
  if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl)) {
    const fix = 'write it with its protocol: http://localhost:7007';
    return [{ severity: 'error', key: BASE_URL, problem: 'is no URL', fix }];
  }
  const { hostname, port, protocol } = new URL(baseUrl);
  const listenPort = readListen(config).port;
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  if (!LOCAL.has(hostname) || listenPort === undefined || String(listenPort) === ownPort) return [];
  const problem = `names port ${ownPort}, and the backend listens on ${listenPort}`;
  const fix = 'write the same port in both, unless a proxy on this machine stands between them';
  return [{ severity: 'warning', key: BASE_URL, problem, fix }];
}

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

/** `:7007`, `host:7007`, a number, or an object of both. */
function readListen(config: Config): { host?: string; port?: string | number } {
  const listen = read(config, 'backend.listen');
  if (typeof listen === 'number') return { port: listen };
  if (typeof listen === 'string') {
    const [, host, port] = /^(.*?):?(\d+)$/.exec(listen) ?? [];
    return { ...(host && { host }), ...(port && { port }) };
  }
  const host = read(config, 'backend.listen.host');
  const port = read(config, 'backend.listen.port');
  return {
    ...(typeof host === 'string' && { host }),
    port: typeof port === 'number' || typeof port === 'string' ? port : 7007,
  };
}

/** An address of another machine cannot be listened on; names are for the system to look up. */
function examineAddress(config: Config): Issue[] {
  const { host = '' } = readListen(config);
  const kind = isIP(host);
  const isAny = host === '0.0.0.0' || host === '::' || host.startsWith('127.') || host === '::1';
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  if (kind === 0 || isAny || own.some(({ address }) => address === host)) return [];
  const problem = `is ${host}, which is no address of this machine`;
  const fix = 'set it to an address of this machine, or leave it out to listen on all';
  return [{ severity: 'error', key: 'backend.listen.host', problem, fix }];
}

function examineCertificate(config: Config): Issue[] {
  const key = 'backend.https.certificate';
  const [cert, privateKey] = [read(config, `${key}.cert`), read(config, `${key}.key`)];
  if (typeof cert !== 'string' || typeof privateKey !== 'string') return [];
  try {
    createSecureContext({ cert, key: privateKey });
    return [];
  } catch (error) {
    const problem = `cannot be used: ${toError(error).message}`;
    const fix = 'write a certificate and its private key as PEM texts, or their files with $file';
    return [{ severity: 'error', key: `${key}.cert`, problem, fix }];
  }
}

function examineRateLimit(config: Config): Issue[] {
  const key = 'backend.rateLimit.incomingRequestLimit';
  const limit = read(config, key);
  if (limit === undefined || (Number.isInteger(Number(limit)) && Number(limit) >= 0)) return [];
  const fix = 'write a whole number of requests, or leave it out';
  return [{ severity: 'error', key, problem: 'is not a whole number from 0 on', fix }];
}

const ACCESS_TYPES = ['static', 'legacy', 'jwks'];

/** A static token has to have as many characters. */
const MIN_TOKEN = 8;

function examineAuth(config: Config, folder: string): Issue[] {
  const open = 'backend.auth.dangerouslyDisableDefaultAuthPolicy';
  return [
    ...(read(config, open) === true
      ? [
          {
            severity: 'warning' as const,
            key: open,
            problem: 'lets everybody call every plugin',
            fix: 'remove it, and give those who call from outside an entry in backend.auth.externalAccess',
          },
        ]
      : []),
    ...listObjects(config, 'backend.auth.externalAccess').flatMap((entry, index) =>
      examineAccess(entry, `backend.auth.externalAccess[${index}]`),
    ),
    ...examineKeyFiles(config, folder),
  ];
}

function examineAccess({ type, options }: Record<string, unknown>, key: string): Issue[] {
  if (typeof type !== 'string' || !ACCESS_TYPES.includes(type)) {
    const problem = `has the type ${JSON.stringify(type) ?? 'undefined'}`;
    const fix = `set the type of this entry to one of ${ACCESS_TYPES.join(', ')}`;
    return [{ severity: 'error', key, problem, fix }];
  }
  const { token } = Object(options) as { token?: unknown };
  if (type !== 'static' || (typeof token === 'string' && token.length >= MIN_TOKEN)) return [];
  const isAbsent = token === undefined;
  return [
    {
      severity: 'error',
      key,
      problem: isAbsent ? 'has no token' : `has a token of fewer than ${MIN_TOKEN} characters`,
      fix: isAbsent
        ? 'set options.token of this entry, or the variable that it comes from'
        : 'make a token: node -p \'require("crypto").randomBytes(24).toString("base64")\'',
    },
  ];
}

/** Keys of plugins that are kept in files. */
function examineKeyFiles(config: Config, folder: string): Issue[] {
  const key = 'backend.auth.pluginKeyStore.static.keys';
  return listObjects(config, key).flatMap((entry, index) =>
    ['publicKeyFile', 'privateKeyFile'].flatMap((name): Issue[] => {
      const file = entry[name];
      if (typeof file !== 'string' || existsSync(resolve(folder, file))) return [];
      const problem = `names ${file}, which does not exist`;
      const fix = 'create the key pair, or name the file from the folder that the backend runs in';
      return [{ severity: 'error', key: `${key}[${index}].${name}`, problem, fix }];
    }),
  );
}

function examineEndpoints(config: Config): Issue[] {
  const key = 'discovery.endpoints';
  return listObjects(config, key).flatMap(({ target, plugins }, index): Issue[] => {
    const { internal, external } = Object(target) as { internal?: unknown; external?: unknown };
    if (typeof target === 'string' || internal !== undefined || external !== undefined) return [];
    const problem = `has no target for ${Array.isArray(plugins) ? plugins.join(', ') : 'its plugins'}`;
    const fix = 'set the target of this entry to a URL, or to an object with internal and external';
    return [{ severity: 'error', key: `${key}[${index}]`, problem, fix }];
  });
}

/** What is there, of whatever type: the schemas tell what has the wrong one. */
function read(config: Config, key: string): unknown {
  try {
    return config.getOptional(key);
  } catch {
    return undefined;
  }
}

function listObjects(config: Config, key: string): Record<string, unknown>[] {
  const list = read(config, key);
  if (!Array.isArray(list)) return [];
  return list.filter((each) => typeof each === 'object' && each !== null);
}
