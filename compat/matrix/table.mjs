import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readMatrixRows } from './rows.mjs';
import { sets } from './sets.mjs';

const README = fileURLToPath(new URL('../README.md', import.meta.url));
const SECTION = /(<!-- matrix: .*-->\n)[^]*(<!-- end of matrix -->)/;

/**
 * Writes what the tests saw into README.md.
 *
 * @param options - `mayWrite`: false where a table that differs is a mistake, as in CI
 * @returns whether the table was up to date, or is now
 */
export async function updateMatrix({ mayWrite }) {
  const text = await readFile(README, 'utf8');
  const updated = text.replace(SECTION, `$1\n${await formatMatrix()}\n$2`);
  if (updated === text) return true;
  if (mayWrite) await writeFile(README, updated);
  return mayWrite;
}

async function formatMatrix() {
  const lists = await Promise.all(sets.map(readMatrixRows));
  const rows = lists.flat();
  const running = rows.filter(({ refused }) => !refused);
  const sum = (key) => running.reduce((total, row) => total + row[key], 0);
  const summary =
    `${rows.length} packages in ${sets.length} installs; ${running.length} start on both backends. ` +
    `Of ${sum('requests')} requests, ${sum('alike')} get an answer that is alike in every field.\n`;
  return [summary, ...sets.map((set, index) => formatSet(set, lists[index]))].join('\n');
}

function formatSet(set, rows) {
  const body = rows.map(({ name, version, isModule, refused, requests, alike }) => {
    const answers = requests > 0 ? `${alike} of ${requests}` : 'through its plugin';
    return [
      `\`${name}\``,
      version,
      isModule ? 'module' : 'plugin',
      'yes',
      refused ? 'no' : 'yes',
      refused ?? answers,
    ];
  });
  const header = ['package', 'version', 'is a', 'installs', 'starts', 'alike answers'];
  const lines = [header, header.map(() => '---'), ...body];
  return `### ${set.label}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}
