import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** Which files name a statement in the title of a test. */
function findProofs(): Map<string, string[]> {
  const proofs = new Map<string, string[]>();
  const files = readdirSync(new URL('.', import.meta.url)).filter((file) =>
    file.endsWith('.test.ts'),
  );
  for (const file of files.toSorted()) {
    const named = new Set(read(file).match(/(?<=\[)(W\d+\.\d+|Q\d+)(?=\] )/g));
    for (const statement of named) {
      proofs.set(statement, [...(proofs.get(statement) ?? []), `test/${file}`]);
    }
  }
  return proofs;
}

const place = (statement: string) => [
  statement.startsWith('Q') ? 1 : 0,
  ...statement.slice(1).split('.').map(Number),
];

/** W1.2 before W1.10 before W3.1, and quirks at the end. */
function compare(one: string, other: string): number {
  const [left, right] = [place(one), place(other)];
  const index = left.findIndex((part, at) => part !== right[at]);
  return index < 0 ? 0 : left[index]! - right[index]!;
}

it('every statement in the README names the tests that prove it, and none is left out', () => {
  const rows = [...findProofs()]
    .toSorted(([one], [other]) => compare(one, other))
    .map(([statement, files]) => `| ${statement} | ${files.join(', ')} |`);

  const table = read('../README.md').match(/^\| [WQ]\d.*$/gm);

  expect(table).toEqual(rows);
});
