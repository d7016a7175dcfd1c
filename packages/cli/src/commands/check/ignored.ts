import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../rules/finding.js';

const MARK = 'stagewire-ignore';

/** Whether a comment on its line, or on the one above, says that a finding is meant to be so. */
export function isIgnored({ file, line, code }: Finding, root: string): boolean {
  const path = join(root, file);
  if (line === 0 || !existsSync(path)) return false;
  const lines = readFileSync(path, 'utf8').split('\n');
  return [lines[line - 1], lines[line - 2]].some(
    (each) => each?.includes(MARK) === true && each.split(/\W+/).includes(code),
  );
}
