import type { DescribedKey } from '@stagewire/config';

/** Writes a page of Markdown about keys of the configuration: one table for each top-level key. */
export function formatDocs(keys: readonly DescribedKey[]): string {
  const sections = new Map<string, DescribedKey[]>();
  for (const key of keys) {
    const [top = ''] = key.key.split(/[.[]/);
    sections.set(top, [...(sections.get(top) ?? []), key]);
  }
  const written = [...sections]
    .toSorted(([one], [other]) => one.localeCompare(other, 'en'))
    .map(([top, described]) => `## ${top}\n\n${HEAD}\n${described.map(toRow).join('\n')}`);
  return ['# Configuration', INTRODUCTION, ...written].join('\n\n');
}

const INTRODUCTION =
  'Every key that installed packages declare. `[]` stands for an element of a list, `*` for any name. Who may see a value: `frontend`, everybody; `backend`, the backend alone; `secret`, nobody in any output.';

const HEAD =
  '| key | value | default | seen by | package | what it is |\n|---|---|---|---|---|---|';

function toRow(described: DescribedKey): string {
  const { key, wanted, isRequired, visibility, packages, description = '', deprecated } = described;
  const fallback = 'default' in described ? `\`${JSON.stringify(described.default)}\`` : '';
  const notes = [
    ...(isRequired ? ['**required**'] : []),
    ...(deprecated === undefined ? [] : [`**deprecated** ${deprecated}`.trim()]),
    description,
  ];
  const cells = [`\`${key}\``, wanted, fallback, visibility, packages.join(', ')];
  return `| ${[...cells, notes.filter(Boolean).join(' ')].map(toCell).join(' | ')} |`;
}

/** A cell is one line, and has a meaning for bars. */
function toCell(text: string): string {
  return text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .trim();
}
