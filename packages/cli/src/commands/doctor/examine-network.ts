import { once } from 'node:events';
import { connect } from 'node:net';
import type { Config } from '@stagewire/config';
import { toError } from '@stagewire/errors';
import type { Configuration } from '../config/load-configuration.js';
import { doctorErrors } from './errors.js';
import type { Examination } from './examination.js';
import { toFinding, type Finding } from './finding.js';

/** A server that a backend will want to talk to. */
export type Remote = { what: string; host: string; port: number };

/** How long a server may take to accept a connection; milliseconds. */
const LIMIT = 3_000;

const DATABASE_PORTS: Record<string, number> = { pg: 5432, mysql: 3306, mysql2: 3306 };
const CACHE_PORTS: Record<string, number> = {
  redis: 6379,
  valkey: 6379,
  memcache: 11211,
  infinispan: 11222,
};

/** Whether the servers that the configuration names accept connections; tried only when wanted. */
export async function examineNetwork(
  { options, context }: Examination,
  configurations: readonly Configuration[],
): Promise<Finding[]> {
  const remotes = listRemotes(configurations.map(({ reader }) => reader));
  if (remotes.length === 0) return [];
  if (!options.connect) {
    const error = doctorErrors.untried(remotes.map((each) => `${each.what} at ${toAddress(each)}`));
    return [toFinding('network', 'info', error)];
  }
  const findings = await context.progress.during('connecting', () =>
    Promise.all(remotes.map((remote) => examineRemote(remote))),
  );
  return findings.flat();
}

async function examineRemote(remote: Remote): Promise<Finding[]> {
  const reason = await tryToConnect(remote);
  if (reason === undefined) return [];
  const address = toAddress(remote);
  return [toFinding('network', 'error', doctorErrors.unreachable(remote.what, address, reason))];
}

/** The databases and caches that configurations name, each once. */
export function listRemotes(configs: readonly Config[]): Remote[] {
  const remotes = configs.flatMap((config) => [...databasesOf(config), ...cachesOf(config)]);
  const byAddress = new Map(remotes.map((each) => [`${each.what} ${toAddress(each)}`, each]));
  return [...byAddress.values()];
}

function databasesOf(config: Config): Remote[] {
  const database = toRecord(config.getOptional('backend.database'));
  const plugins = Object.entries(toRecord(database.plugin));
  return [
    ...toRemote('the database', database.connection, DATABASE_PORTS[String(database.client)]),
    ...plugins.flatMap(([pluginId, own]) => {
      const { client = database.client, connection } = toRecord(own);
      return toRemote(`the database of ${pluginId}`, connection, DATABASE_PORTS[String(client)]);
    }),
  ];
}

function cachesOf(config: Config): Remote[] {
  const { store, connection } = toRecord(config.getOptional('backend.cache'));
  return toRemote('the cache', connection, CACHE_PORTS[String(store)]);
}

/** Of a URL or of parts; sockets and files are none of these. */
function toRemote(what: string, connection: unknown, usual: number | undefined): Remote[] {
  if (usual === undefined) return [];
  if (typeof connection === 'string') {
    if (!URL.canParse(connection)) return [];
    const { hostname, port } = new URL(connection);
    return hostname ? [{ what, host: hostname, port: Number(port || usual) }] : [];
  }
  const { host, port, connectionString } = toRecord(connection);
  if (typeof connectionString === 'string') return toRemote(what, connectionString, usual);
  if (typeof host !== 'string' || host === '' || host.startsWith('/')) return [];
  return [{ what, host, port: Number(port ?? usual) }];
}

const toAddress = ({ host, port }: Remote) => `${host}:${port}`;

const toRecord = (value: unknown) => Object(value) as Record<string, unknown>;

/** @returns why it did not come to a connection */
async function tryToConnect({ host, port }: Remote): Promise<string | undefined> {
  const socket = connect({ host: host.replace(/^\[(.*)\]$/, '$1'), port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(LIMIT) });
    return undefined;
  } catch (error) {
    const { code, name, message } = toError(error) as NodeJS.ErrnoException;
    return name === 'AbortError' ? `no answer within ${LIMIT / 1000} s` : (code ?? message);
  } finally {
    socket.on('error', () => {}).destroy();
  }
}
