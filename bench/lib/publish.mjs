import { mkdir, writeFile } from 'node:fs/promises';
import { MAJORS } from './nodes.mjs';
import { overviewPlot } from './overview.mjs';
import { promiseNames } from './promises.mjs';
import { sectionNames, writeSection } from './readme.mjs';
import { machineLine } from './report.mjs';
import { readResult, toByNode, writeResult } from './results.mjs';
import { summaryTable } from './summary.mjs';

const folder = new URL('../plots/', import.meta.url);

/** Prints what was measured. */
export function showPromise(promise, entries) {
  console.log(`\n${sectionOf(promise, { targets: promise.targets, nodes: entries })}`);
}

/** Writes what was measured to `results/`, README.md and `plots/`, and prints it. */
export async function publish(promise, entries) {
  const result = await writeResult(promise.name, promise.targets, entries);
  const text = sectionOf(promise, result);
  console.log(`\n${text}`);
  const images = await writePlots(promise.plots?.(toByNode(result)) ?? {});
  await writeSection(promise.name, [text, ...images].join('\n\n'));
}

/** Writes the table and the plot over all promises, from what `results/` hold. */
export async function publishSummary() {
  const results = await allResults();
  const images = await writePlots({ overview: overviewPlot(results, MAJORS) });
  await writeSection('summary', [summaryTable(results, MAJORS), ...images].join('\n\n'));
}

/** In the order in which README.md tells of them. */
async function allResults() {
  const known = await promiseNames();
  const names = (await sectionNames()).filter((name) => known.includes(name));
  const results = await Promise.all(names.map(readResult));
  return results.filter((result) => result !== undefined);
}

function sectionOf({ targets, render }, result) {
  const promised = targets.length ? `Targets: ${targets.join('; ')}.` : 'No target.';
  const settings = result.nodes.map(({ setting }) => setting);
  return [promised, render(toByNode(result)), machineLine(settings)].join('\n\n');
}

/** Writes SVG files by name, and gives back how a page shows them. */
async function writePlots(plots) {
  await mkdir(folder, { recursive: true });
  for (const [name, svg] of Object.entries(plots)) {
    await writeFile(new URL(`${name}.svg`, folder), svg);
  }
  return Object.keys(plots).map((name) => `![${name}](plots/${name}.svg)`);
}
