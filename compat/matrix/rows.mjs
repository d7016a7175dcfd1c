import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the tests leave what they saw, for the table that is made of it afterwards. */
const fileOf = (set) =>
  fileURLToPath(new URL(`../node_modules/.matrix/${set.id}.json`, import.meta.url));

/** Keeps what was seen of the packages of a set. */
export async function writeMatrixRows(set, rows) {
  await mkdir(dirname(fileOf(set)), { recursive: true });
  await writeFile(fileOf(set), JSON.stringify(rows));
}

/** What was last seen of the packages of a set. */
export async function readMatrixRows(set) {
  return JSON.parse(await readFile(fileOf(set), 'utf8'));
}
