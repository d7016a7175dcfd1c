// Holds the links between pages to places that exist.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDeadLinks } from './lib/links.mjs';
import { isMain, mainOfCheck } from './lib/main.mjs';
import { listPages } from './lib/markdown.mjs';

/** Every link of a page that leads to no file, or to no heading or anchor in it. */
export function checkLinks(root) {
  const pages = listPages(root);
  return findDeadLinks(
    root,
    pages.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') })),
  );
}

if (isMain(import.meta)) mainOfCheck(checkLinks);
