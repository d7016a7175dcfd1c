// The Markdown pages of the repository.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path/posix';
import { readPackages } from './workspace.mjs';

/** Every page at the root, in `docs`, in `decisions`, and on top of a package or example. */
export function listPages(root) {
  const packages = readPackages(root).flatMap(({ folder }) => listMarkdown(root, folder));
  return [
    ...listMarkdown(root, '.'),
    ...listMarkdown(root, 'docs', { recursive: true }),
    ...listMarkdown(root, 'decisions'),
    ...packages,
  ];
}

function listMarkdown(root, folder, options) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), options)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name.replaceAll('\\', '/')))
    .toSorted();
}
