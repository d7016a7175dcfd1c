import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, statSync, type Stats } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Of how many programs, with one version of Node each, a folder keeps files. */
const KEPT_PROGRAMS = 8;
/** After this time nobody finishes a file any more; milliseconds. */
const ABANDONED_AFTER = 3_600_000;
/** What this module names its files: a program, a kind, and while it is being written a UUID. */
const FILE_NAME = /^([\da-f]{16})\.[a-z]+(\.[\da-f-]{36})?$/;

/** The bytes of a file; undefined if it is missing, cannot be read, or others may have written it. */
export function readCacheFile(file: string): Buffer | undefined {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const isOwn = isWrittenByUs(fstatSync(descriptor)) && isOwnFolder(dirname(file));
      return isOwn ? readFileSync(descriptor) : undefined;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

/** Whether nobody else can put files into a folder; true of one that is not there yet. */
export function isOwnFolder(folder: string): boolean {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return !stats || isWrittenByUs(stats);
}

/** By this user or the administrator alone; Windows has no such bits. */
function isWrittenByUs({ uid, mode }: Stats): boolean {
  const user = process.geteuid?.();
  return user === undefined || ((uid === user || uid === 0) && (mode & 0o022) === 0);
}

/**
 * Writes a file so that whoever reads it finds the former one or this one, and never a part: also
 * when several processes write it. Readable and writable for its owner alone.
 *
 * @param makeParts - called once it is clear that the file can be written
 * @throws what the file system throws; then the former file is still there
 */
export async function writeCacheFile(
  file: string,
  makeParts: () => Promise<readonly (string | Uint8Array)[]>,
): Promise<void> {
  const folder = dirname(file);
  const unfinished = `${file}.${randomUUID()}`;
  await mkdir(dirname(folder), { recursive: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    try {
      for (const part of await makeParts()) await handle.writeFile(part);
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/**
 * Removes the files of programs that have not been used for long, and what was never finished.
 *
 * @param folder - where the files are
 * @param program - the one that is used now, as its files begin
 * @throws what the file system throws
 */
export async function removeOldCacheFiles(folder: string, program: string): Promise<void> {
  const now = new Date();
  const lastUse = new Map<string, number>();
  const files = (await readdir(folder)).filter((name) => FILE_NAME.test(name));
  for (const name of files) {
    const [, owner = '', isUnfinished] = FILE_NAME.exec(name)!;
    const path = join(folder, name);
    // Another process may be as far as this one, and have removed it.
    const { mtimeMs } = (await stat(path).catch(() => undefined)) ?? { mtimeMs: 0 };
    if (isUnfinished) {
      if (now.getTime() - mtimeMs > ABANDONED_AFTER) await rm(path, { force: true });
    } else if (owner === program) {
      await utimes(path, now, now);
    } else {
      lastUse.set(owner, Math.max(mtimeMs, lastUse.get(owner) ?? 0));
    }
  }
  const others = [...lastUse].sort(([, a], [, b]) => b - a).map(([owner]) => owner);
  const old = others.slice(KEPT_PROGRAMS - 1);
  for (const name of files) {
    if (old.some((owner) => name.startsWith(owner))) await rm(join(folder, name), { force: true });
  }
}
