import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { LOCKFILES } from '../../repository/package-manager.js';

/** Checksums of installed packages, by `name@version`. */
export type Integrity = ReadonlyMap<string, string>;

/**
 * Reads from lockfiles what packages have to be, as far as they tell it.
 *
 * @param folders - that may have one
 */
export function readIntegrity(folders: readonly string[]): Integrity {
  const readers = { npm: readNpm, yarn: readYarn, pnpm: readPnpm };
  const found = folders.flatMap((folder) =>
    (Object.keys(LOCKFILES) as (keyof typeof LOCKFILES)[]).flatMap((manager) => {
      const file = join(folder, LOCKFILES[manager]);
      return existsSync(file) ? readers[manager](readFileSync(file, 'utf8')) : [];
    }),
  );
  return new Map(found);
}

type Entry = [id: string, integrity: string];

function readNpm(text: string): Entry[] {
  const { packages = {} } = JSON.parse(text) as {
    packages?: Record<string, { name?: string; version?: string; integrity?: string }>;
  };
  return Object.entries(packages).flatMap(([path, { name, version, integrity }]) => {
    const installed =
      name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return integrity === undefined ? [] : [[`${installed}@${version}`, integrity]];
  });
}

/** Both kinds of yarn: an entry is a line with names, and indented ones below it. */
function readYarn(text: string): Entry[] {
  return text.split(/\n(?=\S)/).flatMap((entry) => {
    const name = /^"?(@?[^@"\s]+)@/.exec(entry)?.[1];
    const version = /^ {2}version:? "?([^"\s]+)"?$/m.exec(entry)?.[1];
    const integrity = /^ {2}(?:integrity|checksum):? "?([^"\s]+)"?$/m.exec(entry)?.[1];
    return name && version && integrity ? [[`${name}@${version}`, integrity]] : [];
  });
}

function readPnpm(text: string): Entry[] {
  const { packages } = (parse(text) ?? {}) as {
    packages?: Record<string, { resolution?: { integrity?: string } }>;
  };
  return Object.entries(packages ?? {}).flatMap(([key, { resolution }]) => {
    const id = key.replace(/^\//, '').replace(/\(.*$/, '');
    return resolution?.integrity === undefined ? [] : [[id, resolution.integrity]];
  });
}
