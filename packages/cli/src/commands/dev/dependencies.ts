import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Repository } from '../../repository/repository.js';
import { INSTALL_FILES } from './classify-change.js';

/** The fields of a package.json that decide what is loaded. */
const FIELDS = [
  'name',
  'type',
  'main',
  'exports',
  'imports',
  'workspaces',
  'backstage',
  'dependencies',
  'optionalDependencies',
  'peerDependencies',
];

/** What the packages of a repository say of what they load, to know what is another. */
export class Dependencies {
  readonly #known = new Map<string, string>();

  constructor({ root, packages }: Repository) {
    const folders = [root, ...packages.map(({ directory }) => directory)];
    const files = [
      ...folders.map((folder) => join(folder, 'package.json')),
      ...[...INSTALL_FILES].map((name) => join(root, name)),
    ];
    for (const file of files) this.#known.set(file, digest(file));
  }

  /** Whether a package.json or lockfile says something else than when it was last asked about. */
  hasChanged(file: string): boolean {
    const current = digest(file);
    if (this.#known.get(file) === current) return false;
    this.#known.set(file, current);
    return true;
  }
}

/** Of a package.json what counts; of other files, all. */
function digest(file: string): string {
  const text = read(file);
  if (basename(file) !== 'package.json') return text;
  try {
    const manifest = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify(FIELDS.map((field) => manifest[field]));
  } catch {
    return text; // half written, or broken: who needs it will tell
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it is gone
  }
}
