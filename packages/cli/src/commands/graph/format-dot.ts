import type { Drawing } from './drawing.js';
import { toNetwork, type NetworkNode, type NodeKind } from './to-network.js';

/** How a node looks by what it stands for. */
const LOOKS: Record<NodeKind, string> = {
  backend: 'shape=oval, fillcolor="#fef9c3", color="#a16207"',
  plugin: 'shape=box, fillcolor="#dbeafe", color="#1d4ed8"',
  module: 'shape=box, fillcolor="#dcfce7", color="#15803d"',
  point: 'shape=hexagon, fillcolor="#f3e8ff", color="#7e22ce"',
  service: 'shape=box, style="filled,rounded", fillcolor="#f1f5f9", color="#475569"',
  problem: 'shape=note',
};

const WRONG = 'fillcolor="#fee2e2", color="#b91c1c"';

/** Draws a backend in the language of Graphviz. */
export function formatDot(drawing: Drawing): string {
  const { nodes, groups, edges } = toNetwork(drawing);
  return [
    `digraph ${quote(drawing.title)} {`,
    '  rankdir=LR;',
    '  node [style=filled, fontname="Helvetica", fontsize=11];',
    '  edge [color="#64748b"];',
    ...nodes.map((node) => `  ${toNode(node)}`),
    ...groups.flatMap(({ label, nodes: members }, index) => [
      `  subgraph cluster_${index} {`,
      `    label=${quote(label)};`,
      '    fontname="Helvetica";',
      `    ${members.join('; ')};`,
      '  }',
    ]),
    ...edges.map(({ from, to, isUse }) => `  ${from} -> ${to}${isUse ? ' [style=dashed]' : ''};`),
    '}',
  ].join('\n');
}

function toNode({ name, kind, lines, isWrong }: NetworkNode): string {
  const look = isWrong ? `${LOOKS[kind]}, ${WRONG}` : LOOKS[kind];
  return `${name} [label=${quote(lines.join('\n'))}, ${look}];`;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
