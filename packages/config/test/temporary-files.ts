import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Writes files into a new folder, which is removed after the test; returns the folder. */
export function temporaryFiles(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'stagewire-config-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  // A root of its own, or the look-up would leave the folder.
  const manifest = { 'package.json': '{ "workspaces": [] }' };
  for (const [name, text] of Object.entries({ ...manifest, ...files })) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return root;
}
