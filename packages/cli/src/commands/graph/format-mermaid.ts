import type { Drawing } from './drawing.js';
import { toNetwork, type NetworkNode, type NodeKind } from './to-network.js';

/** Brackets around a node by what it stands for: its shape. */
const SHAPES: Record<NodeKind, readonly [string, string]> = {
  backend: ['(["', '"])'],
  plugin: ['["', '"]'],
  module: ['["', '"]'],
  point: ['{{"', '"}}'],
  service: ['("', '")'],
  problem: ['>"', '"]'],
};

const CLASSES = [
  'classDef plugin fill:#dbeafe,stroke:#1d4ed8,color:#172554',
  'classDef module fill:#dcfce7,stroke:#15803d,color:#052e16',
  'classDef point fill:#f3e8ff,stroke:#7e22ce,color:#3b0764',
  'classDef service fill:#f1f5f9,stroke:#475569,color:#0f172a',
  'classDef backend fill:#fef9c3,stroke:#a16207,color:#422006',
  'classDef wrong fill:#fee2e2,stroke:#b91c1c,color:#450a0a',
];

/** Draws a backend in the language of Mermaid, for Markdown pages. */
export function formatMermaid(drawing: Drawing): string {
  const { nodes, groups, edges } = toNetwork(drawing);
  const grouped = new Set(groups.flatMap((group) => group.nodes));
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return [
    'flowchart LR',
    ...nodes.filter(({ name }) => !grouped.has(name)).map((node) => `  ${toNode(node)}`),
    ...groups.flatMap(({ label, nodes: members }, index) => [
      `  subgraph g${index}["${escape(label)}"]`,
      ...members.map((name) => `    ${toNode(byName.get(name)!)}`),
      '  end',
    ]),
    ...edges.map(({ from, to, isUse }) => `  ${from} ${isUse ? '-.->' : '-->'} ${to}`),
    ...CLASSES.map((line) => `  ${line}`),
  ].join('\n');
}

function toNode({ name, kind, lines, isWrong }: NetworkNode): string {
  const [open, close] = SHAPES[kind];
  const style = isWrong || kind === 'problem' ? 'wrong' : kind;
  return `${name}${open}${lines.map(escape).join('<br/>')}${close}:::${style}`;
}

/** Mermaid has entities of its own, by name or number. */
function escape(text: string): string {
  return text.replaceAll(/[^\w .,:/@'()+=-]/g, (character) => `#${character.codePointAt(0)};`);
}
