import childProcess, { ChildProcess } from 'node:child_process';
import dgram from 'node:dgram';
import { syncBuiltinESMExports } from 'node:module';
import { Server, Socket } from 'node:net';

/**
 * Shuts this process in: it asks nobody, is heard on a free port of this machine alone, starts nothing,
 * and every database file that it opens is one in memory.
 */
export function closeOff(): void {
  const { listen } = Server.prototype as unknown as { listen: (...args: unknown[]) => Server };
  Server.prototype.listen = function listenAlone(this: Server, ...args: unknown[]) {
    const callback = args.at(-1);
    const rest = typeof callback === 'function' ? [callback] : [];
    return listen.call(this, 0, '127.0.0.1', ...rest);
  };
  Socket.prototype.connect = refuseToConnect;
  dgram.Socket.prototype.send = refuseToSend;
  (ChildProcess.prototype as unknown as { spawn: () => void }).spawn = refuseToSpawn;
  Object.assign(childProcess, {
    spawnSync: refuseToSpawn,
    execSync: refuseToSpawn,
    execFileSync: refuseToSpawn,
  });
  keepDatabasesInMemory();
  // Who imports these by name gets them too.
  syncBuiltinESMExports();
}

function refuseToConnect(this: Socket): Socket {
  process.nextTick(() => this.destroy(refusal('connect', 'ECONNREFUSED')));
  return this;
}

function refuseToSend(this: dgram.Socket, ...args: unknown[]): void {
  const callback = args.at(-1);
  const error = refusal('send', 'ECONNREFUSED');
  process.nextTick(() => {
    if (typeof callback === 'function') callback(error);
    else this.emit('error', error);
  });
}

function refuseToSpawn(): never {
  throw refusal('spawn', 'EPERM');
}

function refusal(call: string, code: string): Error {
  return Object.assign(new Error(`${call} ${code}: the backend is being built`), { code });
}

type DatabaseClass = new (path: string, ...rest: unknown[]) => object;

/** The native code of libsql, or that of better-sqlite3. */
type NativeDatabase = {
  databaseOpen?: (path: string, ...rest: unknown[]) => unknown;
  databaseOpenWithSync?: () => never;
  Database?: DatabaseClass;
};

/** Whatever a plugin opens without asking for a service: native code sees no limit of Node's. */
function keepDatabasesInMemory(): void {
  const { dlopen } = process;
  process.dlopen = (module: object, ...rest: unknown[]) => {
    (dlopen as (...args: unknown[]) => void)(module, ...rest);
    const { exports } = module as { exports: NativeDatabase };
    const { databaseOpen, Database } = exports;
    if (databaseOpen) {
      exports.databaseOpen = (_, ...others) => databaseOpen(':memory:', ...others);
      exports.databaseOpenWithSync = () => {
        throw refusal('connect', 'ECONNREFUSED');
      };
    }
    if (Database) exports.Database = inMemory(Database);
  };
  // Newer versions of Node have one of their own.
  const sqlite = process.getBuiltinModule('node:sqlite') as
    | { DatabaseSync: DatabaseClass }
    | undefined;
  if (sqlite) sqlite.DatabaseSync = inMemory(sqlite.DatabaseSync);
}

function inMemory(Database: DatabaseClass): DatabaseClass {
  return new Proxy(Database, {
    construct: (target, [, ...rest], newTarget) =>
      Reflect.construct(target, [':memory:', ...rest], newTarget) as object,
  });
}
