import { spawnSync } from 'node:child_process';

/** The kinds of server that tests talk to. */
export type ServerKind = 'postgres' | 'mysql' | 'redis' | 'memcached';

/** Where one server of each kind is looked for, if no variable says where it is. */
const SERVERS: Readonly<Record<ServerKind, { variable: string; url: string }>> = {
  postgres: {
    variable: 'STAGEWIRE_TEST_POSTGRES',
    url: 'postgres://postgres@127.0.0.1:5432/postgres',
  },
  mysql: { variable: 'STAGEWIRE_TEST_MYSQL', url: 'mysql://root@127.0.0.1:3306/test' },
  redis: { variable: 'STAGEWIRE_TEST_REDIS', url: 'redis://127.0.0.1:6379' },
  memcached: { variable: 'STAGEWIRE_TEST_MEMCACHED', url: 'memcached://127.0.0.1:11211' },
};

/** Something that tests run against, by an id such as `POSTGRES_17`. */
export type Candidate<TId extends string> = {
  id: TId;
  /** What server it needs; none when it runs in the process. */
  kind?: ServerKind;
  /** The variable that says where the server of this very id is. */
  variable?: string;
};

/** What is there: the ids, with the URL of the server where one is needed. */
export type Found<TId extends string> = ReadonlyMap<TId, string | undefined>;

/**
 * Finds which candidates can be had. Those whose variable is set are taken at its word. The others of a
 * kind share the one server of that kind, if it answers.
 *
 * @param isShared - whether that server stands for all of them, or for the first only, as it is of
 *   one version
 * @param tell - told one line for each kind of which something is left out
 */
export function findServers<TId extends string>(
  candidates: readonly Candidate<TId>[],
  isShared: boolean,
  tell: (line: string) => void = tellOnce,
): Found<TId> {
  const found = new Map<TId, string | undefined>();
  const missing = new Map<ServerKind, Candidate<TId>[]>();
  const taken = new Set<ServerKind>();
  const answers = findAnswering(candidates);
  for (const candidate of candidates) {
    const { id, kind, variable } = candidate;
    const named = variable === undefined ? undefined : process.env[variable];
    if (named || !kind) found.set(id, named);
    else if (answers.has(kind) && (isShared || !taken.has(kind))) {
      taken.add(kind);
      found.set(id, urlOf(kind));
    } else missing.set(kind, [...(missing.get(kind) ?? []), candidate]);
  }
  for (const [kind, left] of missing) tell(describeMissing(kind, left));
  return found;
}

function urlOf(kind: ServerKind): string {
  const { variable, url } = SERVERS[kind];
  return process.env[variable] || url;
}

/** The kinds whose server answers, of those that are needed. */
function findAnswering(candidates: readonly Candidate<string>[]): Set<ServerKind> {
  const kinds = [...new Set(candidates.flatMap(({ kind }) => kind ?? []))];
  probe(kinds.map(urlOf));
  return new Set(kinds.filter((kind) => probed.get(urlOf(kind))));
}

/** Which URLs answered in this process. */
const probed = new Map<string, boolean>();

/** How long a server may take to accept a connection, in milliseconds. */
const PATIENCE = 2_000;

const PROBE = `
  const urls = process.argv.slice(1);
  const answers = (url) => new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = require('node:net').connect({ host: hostname, port, timeout: ${PATIENCE} });
    const end = (isThere) => (socket.destroy(), resolve(isThere));
    socket.once('connect', () => end(true)).once('timeout', () => end(false)).once('error', () => end(false));
  });
  Promise.all(urls.map(answers)).then((all) => process.stdout.write(JSON.stringify(all)));
`;

/** In a process of its own, as the tests of a file are made before anything can be waited for. */
function probe(urls: readonly string[]): void {
  const unknown = urls.filter((url) => !probed.has(url));
  if (unknown.length === 0) return;
  const { stdout } = spawnSync(process.execPath, ['-e', PROBE, ...unknown], {
    encoding: 'utf8',
    timeout: 2 * PATIENCE,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const answers = JSON.parse(stdout || '[]') as boolean[];
  for (const [index, url] of unknown.entries()) probed.set(url, answers[index] ?? false);
}

function describeMissing(kind: ServerKind, left: readonly Candidate<string>[]): string {
  const ids = left.map(({ id }) => id).join(', ');
  const { variable } = SERVERS[kind];
  return `No server for ${ids}: left out. Say where one is with ${left[0]!.variable}, or where any is with ${variable}.`;
}

const told = new Set<string>();

function tellOnce(line: string): void {
  if (told.has(line)) return;
  told.add(line);
  console.warn(line);
}
