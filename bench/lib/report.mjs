/**
 * The line that tells what machine the absolute figures belong to; one for each Node where they
 * were measured at different times.
 *
 * @param settings - of one or two Nodes
 */
export function machineLine(settings) {
  const lines = new Map();
  for (const setting of settings) {
    const line = describe(setting);
    lines.set(line, [...(lines.get(line) ?? []), setting.node.version]);
  }
  return [
    ...[...lines].map(([line, nodes]) => `Node ${nodes.join(' and ')}: ${line}`),
    'Absolute values belong to that machine. Ratios travel.',
  ].join('\n');
}

function describe({ machine, versions, rounds, quick, date }) {
  const { cpu, cores, memoryGiB, system } = machine;
  const compared = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `median of ${rounds} rounds${quick ? ' (quick run)' : ''}, spread as min–max; ${date},`,
    `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}; ${compared.join(', ')}.`,
  ].join(' ');
}

/** A markdown table; the first row is the heading, and columns whose cells hold words are text. */
export function table([heading, ...rows]) {
  const isText = (index) => rows.some((row) => /^[a-z@]/i.test(row[index]));
  const align = heading.map((_, index) => (isText(index) ? '---' : '--:'));
  return [heading, align, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/**
 * A markdown table of both Nodes: the rows of each, with a first column that tells which.
 *
 * @param byNode - as `render` of a promise takes it
 * @param heading - the other columns
 * @param toRows - called with what was measured on a Node, gives back the rows
 */
export function tableByNode(byNode, heading, toRows) {
  const rows = byNode.flatMap(({ node, measured }) =>
    toRows(measured).map((row) => [String(node.major), ...row]),
  );
  return table([['Node', ...heading], ...rows]);
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
