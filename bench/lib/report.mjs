import { mkdir, readFile, writeFile } from 'node:fs/promises';

const results = new URL('../results/', import.meta.url);
const readme = new URL('../README.md', import.meta.url);

/** Writes what a promise measured to `results/<name>.json`. */
export async function writeResult(name, result) {
  await mkdir(results, { recursive: true });
  await writeFile(new URL(`${name}.json`, results), `${JSON.stringify(result, undefined, 2)}\n`);
}

/** Replaces what stands between a promise's markers in README.md. */
export async function writeTable(name, markdown) {
  const text = await readFile(readme, 'utf8');
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`bench/README.md has no markers '${begin}' … '${end}'`);
  await writeFile(
    readme,
    `${text.slice(0, from + begin.length)}\n\n${markdown}\n\n${text.slice(to)}`,
  );
}

/** The line that tells what machine the absolute figures belong to. */
export function machineLine({ machine, versions, rounds, quick }) {
  const { cpu, cores, memoryGiB, system, node, date } = machine;
  const compared = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Absolute values belong to the machine they were measured on: ${cpu}, ${cores} cores,`,
    `${memoryGiB} GiB, ${system}, Node ${node}, ${date}; ${compared.join(', ')};`,
    `median of ${rounds} rounds${quick ? ' (quick run)' : ''}, spread as min–max. Ratios travel.`,
  ].join('\n');
}

/** A markdown table; the first row is the heading, and columns whose cells hold words are text. */
export function table([heading, ...rows]) {
  const isText = (index) => rows.some((row) => /^[a-z]/i.test(row[index]));
  const align = heading.map((_, index) => (isText(index) ? '---' : '--:'));
  return [heading, align, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** `1,234 (1,100–1,400)` of a summary, after `scale`. */
export function spread({ median, min, max }, scale = (value) => value) {
  const text = (value) => Math.round(scale(value)).toLocaleString('en-US');
  return `${text(median)} (${text(min)}–${text(max)})`;
}

/** `0.21 (0.19–0.24)` of a ratio; `1` of what is compared with itself. */
export function ratioText({ ratio, min, max }) {
  if (min === 1 && max === 1) return '1';
  return `${ratio.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}

export const mebibytes = (bytes) => bytes / 2 ** 20;
