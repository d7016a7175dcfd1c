import { isMet, targetText, valueText } from './figures.mjs';
import { findEntry } from './results.mjs';
import { table } from './report.mjs';

/**
 * The table of everything that has a target: one row per figure, as measured on each Node, and
 * whether it is met there.
 *
 * @param results - of each promise, in the order of the rows
 * @param majors - the Nodes that have a column
 */
export function summaryTable(results, majors) {
  const rows = results.flatMap((result) => promisedFigures(result, majors).map(toRow));
  const heading = ['promise', 'target', ...majors.map((major) => `Node ${major}`), 'met'];
  return table([heading, ...rows]);
}

/** The figures of a result that have a target: `{ label, byMajor: [{ major, figure? }] }` each. */
export function promisedFigures({ nodes }, majors) {
  const ids = new Map();
  for (const { figures } of nodes) {
    for (const { id, label, target } of figures) if (target) ids.set(id, label);
  }
  return [...ids].map(([id, label]) => ({
    label,
    byMajor: majors.map((major) => ({
      major,
      figure: findEntry(nodes, { major })?.figures.find((one) => one.id === id),
    })),
  }));
}

function toRow({ label, byMajor }) {
  const targets = new Set(byMajor.flatMap(({ figure }) => (figure ? [targetText(figure)] : [])));
  return [
    label,
    [...targets].join(' / '),
    ...byMajor.map(({ figure }) => (figure ? valueText(figure) : 'not measured')),
    metText(byMajor),
  ];
}

/** `yes`, `no`, or each Node by itself where they differ. */
function metText(byMajor) {
  const answers = byMajor.map(({ major, figure }) => ({ major, answer: answerOf(figure) }));
  const [first] = answers;
  if (answers.every(({ answer }) => answer === first.answer)) return first.answer;
  return answers.map(({ major, answer }) => `${answer} on ${major}`).join(', ');
}

function answerOf(figure) {
  const met = figure && isMet(figure);
  if (met === undefined) return 'not measured';
  return met ? 'yes' : '**no**';
}
