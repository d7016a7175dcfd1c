// Small repositories for the tests of the scripts.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { renderPackage } from '../new-package.mjs';

/** Writes files (objects as JSON) into a new folder that is removed after the test. */
export function makeTree(t, files) {
  const root = mkdtempSync(join(tmpdir(), 'stagewire-scripts-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    const text = typeof content === 'string' ? content : JSON.stringify(content, undefined, 2);
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** The files of a package as the template makes it, by path in the repository. */
export function packageFiles(folder, description, needs) {
  return Object.fromEntries(
    Object.entries(renderPackage({ folder, description, needs })).map(([path, text]) => [
      `${folder}/${path}`,
      text,
    ]),
  );
}

/** A package that others can need, as readPackages gives it. */
export function needOf(folder, name) {
  return { folder, id: folder.split('/').at(-1), manifest: { name, version: '0.1.0' } };
}
