import { readFile, writeFile } from 'node:fs/promises';

const readme = new URL('../README.md', import.meta.url);

/** Replaces what stands between markers of a name in README.md. */
export async function writeSection(name, markdown) {
  await writeFile(readme, replaceSection(await readFile(readme, 'utf8'), name, markdown));
}

/** The names of all markers of README.md, in their order. */
export async function sectionNames() {
  const text = await readFile(readme, 'utf8');
  return [...text.matchAll(/^<!-- begin (\S+) -->$/gm)].map(([, name]) => name);
}

/**
 * A page with other text between the markers of a name.
 *
 * @throws when the page has no such markers
 */
export function replaceSection(text, name, markdown) {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`bench/README.md has no markers '${begin}' … '${end}'`);
  return `${text.slice(0, from + begin.length)}\n\n${markdown}\n\n${text.slice(to)}`;
}
