import type { PluginSuccession } from '@stagewire/plugin-api/internal';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import type { DatabaseService } from '@stagewire/plugin-api';
import type { MetricsService } from '@stagewire/plugin-api/alpha';
import type { Knex } from 'knex';
import { describe, onTestFinished } from 'vitest';
import { DatabaseManager } from '../../src/database/database-manager.js';
import type { Clock } from '../../src/scheduler/clock.js';
import { PluginScheduler } from '../../src/scheduler/plugin-scheduler.js';
import { recordingLogger } from '../support/line-logger.js';
import {
  dropAfterTest,
  serverOf,
  uniqueName,
  type ServerKind,
} from '../support/server-databases.js';
import { describeWithService } from '../support/test-services.js';

export { recordingLogger };

export const TASKS = 'backstage_backend_tasks__tasks';

/** A clock whose time is moved by hand. */
export class FakeClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z');
  readonly #sleepers = new Set<{ at: number; wake: () => void }>();

  now = (): number => this.#now;

  /** How many are waiting. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    if (ms <= 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { at: this.#now + ms, wake };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', wake);
    });
  };

  /** Moves time on, and lets everything happen that becomes due, in order. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const [next] = [...this.#sleepers].sort((a, b) => a.at - b.at);
      if (!next || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await settle();
    }
    this.#now = end;
  }
}

/** The clients of the present test. */
const clients = new Set<Knex>();

/** Lets what has begun come to where it waits for time, or for others. */
export async function settle(): Promise<void> {
  for (let idleTurns = 0; idleTurns < 6; idleTurns++) {
    await new Promise((resolve) => setImmediate(resolve));
    // One that waits for the lock of another takes real time.
    const isBusy = [...clients].some(({ client: { pool } }) => pool && isAnyAtWork(pool));
    if (isBusy) idleTurns = 0;
  }
}

function isAnyAtWork(pool: {
  numUsed(): number;
  numPendingAcquires(): number;
  numPendingCreates(): number;
}): boolean {
  return pool.numUsed() + pool.numPendingAcquires() + pool.numPendingCreates() > 0;
}

/** A metrics service that keeps what it is told. */
export function recordingMetrics() {
  const records: Array<{ name: string; value: number; attributes: object | undefined }> = [];
  const create = (name: string) => {
    const record = (value: number, attributes?: object) =>
      void records.push({ name, value, attributes });
    return { add: record, record };
  };
  const metrics = { createCounter: create, createHistogram: create, createGauge: create };
  return { records, metrics: metrics as unknown as MetricsService };
}

/** The database of a plugin; closed after the present test. */
export function createDatabase(settings?: JsonObject): DatabaseService {
  const hooks: Array<() => void | Promise<void>> = [];
  const manager = DatabaseManager.create({
    config: new ConfigReader({ backend: settings && { database: settings } }),
    rootLifecycle: { addShutdownHook: (hook) => void hooks.push(hook) },
  });
  onTestFinished(async () => {
    for (const hook of hooks) await hook();
  });
  const database = manager.forPlugin('todo', { logger: recordingLogger() });
  return {
    migrations: database.migrations ?? {},
    getClient: async () => {
      const client = await database.getClient();
      clients.add(client);
      onTestFinished(() => void clients.delete(client));
      return client;
    },
  };
}

/** A kind of database, and how the tests of the scheduler get one of it. */
export type TestDatabases = {
  isSqlite: boolean;
  /** The database of a plugin; closed after the present test. */
  createDatabase(settings?: JsonObject): DatabaseService;
  /** Databases of several processes that are the same one, which is gone after the present test. */
  createSharedDatabase(): Promise<() => DatabaseService>;
  /** A scheduler that is stopped after the present test. */
  createScheduler: typeof createScheduler;
};

/** Runs the same tests on SQLite, and on each server that is there. */
export function describeOnEachDatabase(
  title: string,
  tests: (databases: TestDatabases) => void,
): void {
  describe(`${title}, on sqlite`, () =>
    tests({ isSqlite: true, createDatabase, createSharedDatabase, createScheduler }));
  for (const kind of ['postgres', 'mysql'] as const) {
    describeWithService(kind, `${title}, on ${kind}`, (url) => tests(databasesOn(kind, url)));
  }
}

function databasesOn(kind: ServerKind, url: string): TestDatabases {
  const share = () => {
    const prefix = `${uniqueName()}_`;
    dropAfterTest(kind, url, `${prefix}todo`);
    return (settings?: JsonObject) =>
      createDatabase({ ...serverOf(kind, url), prefix, ...settings });
  };
  const createOwn = (settings?: JsonObject) => share()(settings);
  return {
    isSqlite: false,
    createDatabase: createOwn,
    createSharedDatabase: async () => share(),
    createScheduler: (options) =>
      createScheduler({ ...options, database: options?.database ?? createOwn() }),
  };
}

/** Databases of several processes in one file, which is gone after the present test. */
export async function createSharedDatabase(): Promise<() => DatabaseService> {
  const directory = await mkdtemp(join(tmpdir(), 'stagewire-scheduler-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return () => createDatabase({ client: 'better-sqlite3', connection: { directory } });
}

/** A scheduler that is stopped after the present test. */
export function createScheduler<TClock extends Clock = FakeClock>(
  options: {
    database?: DatabaseService;
    clock?: TClock;
    watchExpired?: boolean;
    succession?: PluginSuccession;
  } = {},
) {
  const { database = createDatabase(), watchExpired = false } = options;
  const clock = options.clock ?? (new FakeClock() as Clock as TClock);
  const logger = recordingLogger();
  const { metrics, records } = recordingMetrics();
  const hooks: Array<() => void | Promise<void>> = [];
  const rootLifecycle = {
    addBeforeShutdownHook: (hook: () => void | Promise<void>) => void hooks.push(hook),
  };
  const scheduler = new PluginScheduler({
    database,
    logger,
    rootLifecycle,
    metrics,
    clock,
    watchExpired,
    ...(options.succession && { succession: options.succession }),
    // The database does not know about a time that is moved by hand.
    ...(clock instanceof FakeClock && { readDatabaseTime: async () => undefined }),
  });
  const stop = async () => {
    for (const hook of hooks) await hook();
  };
  onTestFinished(async () => {
    const stopping = stop();
    if (clock instanceof FakeClock) await clock.advance(11_000);
    await stopping;
  });
  return { scheduler, database, clock, logger, records, hooks, stop };
}

/**
 * A function of a task that counts its runs.
 *
 * @param holds - whether runs go on until they are ended
 */
export function createTask(holds = false) {
  const signals: AbortSignal[] = [];
  let end: (() => void) | undefined;
  let fail: ((error: Error) => void) | undefined;
  const fn = async (signal: AbortSignal) => {
    signals.push(signal);
    if (!holds) return;
    await new Promise<void>((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
  };
  return {
    fn,
    signals,
    get runs() {
      return signals.length;
    },
    /** Whether the present run was told to stop. */
    get isStopped() {
      return signals.at(-1)?.aborted;
    },
    /** Lets the next runs go on until they are ended. */
    hold: () => void (holds = true),
    end: async () => {
      holds = false;
      end?.();
      await settle();
    },
    fail: async (error: Error) => {
      fail?.(error);
      await settle();
    },
  };
}

/** Reads the row of a task. */
export async function readRow(database: DatabaseService, id = 'task') {
  const client = await database.getClient();
  return client(TASKS).where({ id }).first();
}
