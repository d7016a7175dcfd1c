import { graphlib, layout } from '@dagrejs/dagre';
import { element, round, type Box } from './elements.js';

/** A box to be placed, and what draws it where it is placed. */
export type Block = { name: string; width: number; height: number; draw(box: Box): string };

/** A line between two blocks; its arrow is at `to`. */
export type Line = {
  from: string;
  to: string;
  isUse?: boolean;
  /** `from` stands right of `to`. */
  isBackwards?: boolean;
};

/** Blocks that were placed and drawn. */
export type LaidOut = { width: number; height: number; content: string[] };

/**
 * Places blocks from left to right along their lines, and draws them.
 *
 * @param columns - blocks that stand in the column of this number, counted from 0, or further right
 */
export function layOut(
  blocks: readonly Block[],
  lines: readonly Line[],
  columns: ReadonlyMap<string, number> = new Map(),
): LaidOut {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: ROW_GAP, ranksep: COLUMN_GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  // Everything hangs from one point on the left, which is not drawn: so columns can be counted.
  graph.setNode(ORIGIN, { width: 0, height: 0 });
  for (const { name, width, height } of blocks) {
    graph.setNode(name, { width, height });
    graph.setEdge(ORIGIN, name, { minlen: 1 + (columns.get(name) ?? 0), weight: 0 });
  }
  for (const { from, to, isBackwards } of lines) {
    if (isBackwards) graph.setEdge(to, from, {});
    else graph.setEdge(from, to, {});
  }
  layout(graph);
  return draw(graph, blocks, lines);
}

const ORIGIN = 'origin';

/** Space between blocks, below and beside each other; pixels. */
const ROW_GAP = 10;
const COLUMN_GAP = 48;

function draw(graph: graphlib.Graph, blocks: readonly Block[], lines: readonly Line[]): LaidOut {
  const placed = toColumns(graph, blocks);
  const content = [
    ...lines.map((line) => drawLine(line, placed.get(line.from)!, placed.get(line.to)!)),
    ...blocks.map((block) => block.draw(placed.get(block.name)!)),
  ];
  const all = [...placed.values()];
  return {
    width: Math.max(...all.map(({ x, width }) => x + width)),
    height: Math.max(...all.map(({ y, height }) => y + height)),
    content,
  };
}

/** The columns and the order in them are those of the layout; in a column, blocks stand close. */
function toColumns(graph: graphlib.Graph, blocks: readonly Block[]): Map<string, Box> {
  const centres = [...new Set(blocks.map(({ name }) => round(graph.node(name).x)))];
  const placed = new Map<string, Box>();
  let x = 0;
  for (const centre of centres.toSorted((one, other) => one - other)) {
    const column = blocks
      .filter(({ name }) => round(graph.node(name).x) === centre)
      .toSorted((one, other) => graph.node(one.name).y - graph.node(other.name).y);
    const width = Math.max(...column.map((block) => block.width));
    let y = 0;
    for (const { name, height } of column) {
      placed.set(name, { x, y, width, height });
      y += height + ROW_GAP;
    }
    x += width + COLUMN_GAP;
  }
  return placed;
}

/** A curve from the side of one box to the side of another that looks at it. */
function drawLine({ isUse }: Line, from: Box, to: Box): string {
  const isLeft = from.x > to.x;
  const start = isLeft ? from.x : from.x + from.width;
  const end = isLeft ? to.x + to.width + ARROW : to.x - ARROW;
  const [startY, endY] = [from.y + from.height / 2, to.y + to.height / 2];
  const middle = (start + end) / 2;
  const way = [start, startY, 'C', middle, startY, middle, endY, end, endY];
  const path = way.map((each) => (typeof each === 'number' ? round(each) : each)).join(' ');
  return element('path', {
    d: `M ${path}`,
    class: isUse ? 'line use' : 'line',
    'marker-end': 'url(#arrow)',
  });
}

/** Length of the arrow at the end of a line; pixels. */
const ARROW = 6;
