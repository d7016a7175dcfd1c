import { createWriteStream } from 'node:fs';
import { mkdir, realpath, symlink, utimes } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isChildPath, resolveSafeChildPath } from '@stagewire/plugin-api';
import type { TreeEntries } from './tree-entry.js';

type Link = { path: string; target: string };

/**
 * Writes a tree below a directory.
 *
 * @remarks
 * Links come last: while files are written there is none that could lead them elsewhere. One that
 * would leave the directory is left out.
 *
 * @throws NotAllowedError for a path that leads out of the directory
 */
export async function writeEntries(entries: TreeEntries, directory: string): Promise<void> {
  const links: Link[] = [];
  for await (const { path, open, linkTarget, executable, lastModifiedAt } of entries) {
    const target = resolveSafeChildPath(directory, path);
    if (linkTarget !== undefined) {
      links.push({ path: target, target: linkTarget });
      continue;
    }
    await mkdir(dirname(target), { recursive: true });
    await pipeline(await open(), createWriteStream(target, { mode: executable ? 0o777 : 0o666 }));
    if (lastModifiedAt) await utimes(target, lastModifiedAt, lastModifiedAt);
  }
  for (const link of links) await writeLink(link, directory);
}

async function writeLink({ path, target }: Link, directory: string): Promise<void> {
  if (!goesUpFirst(target)) return;
  await mkdir(dirname(path), { recursive: true });
  // Folders on the way may be links by now: what counts is where this one really is.
  const folder = await realpath(dirname(path));
  if (!isChildPath(directory, folder)) return;
  if (!isChildPath(directory, resolve(folder, target))) return;
  try {
    await symlink(target, join(folder, basename(path)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** `..` behind a name would go up from wherever that name leads, which can be a link as well. */
function goesUpFirst(target: string): boolean {
  const segments = target.split('/');
  const firstName = segments.findIndex((segment) => segment !== '..' && segment !== '.');
  return firstName === -1 || !segments.slice(firstName).includes('..');
}
