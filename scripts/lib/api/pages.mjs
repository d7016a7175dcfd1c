// Puts the sections of the reference together to pages, and lists the pages in an index.

import { compareNames } from './exports.mjs';

const written = '<!-- Written by npm run api from the comments in the sources. -->';

/** The heading above what signatures name and nobody can import. */
export const helpersHeading = 'Not exported';

/** The page of an entry point: `{ file, text }`. */
export function renderPage({ entry, about, items, passedOn, hasHelpers }) {
  const exported = items.filter(({ isHelper }) => !isHelper);
  const helpers = items.filter(({ isHelper }) => isHelper);
  const text = [
    written,
    `# ${entry.specifier}`,
    about,
    exported.map((item) => lineOf(item, `#${item.anchor}`)).join('\n'),
    passedOn.length > 0 && `Passed on: ${passedOn.map((one) => linkTo(one, entry)).join(', ')}`,
    ...exported.map((item) => `## ${item.name}\n\n${item.text}`),
    hasHelpers && `## ${helpersHeading}`,
    ...helpers.map((item) => `### ${item.name}\n\n${item.text}`),
  ];
  return { file: entry.page, text: `${text.filter(Boolean).join('\n\n')}\n` };
}

function lineOf({ name, summary }, href) {
  return `- [${name}](${href})${summary ? `: ${summary}` : ''}`;
}

function linkTo({ name, home }, entry) {
  const file = home.page.entry.page === entry.page ? '' : home.page.entry.page;
  return `[${name}](${file}#${home.item.anchor})`;
}

/** The page that leads to all others: by entry point, and by name. */
export function renderIndex(pages) {
  const symbols = pages.flatMap(({ entry, items }) =>
    items.filter(({ isHelper }) => !isHelper).map((item) => ({ entry, item })),
  );
  const rows = symbols
    .toSorted((a, b) => compareNames(a.item.name, b.item.name))
    .map(
      ({ entry, item }) =>
        `| [${item.name}](${entry.page}#${item.anchor}) | \`${entry.specifier}\` |`,
    );
  const text = [
    written,
    '# Reference',
    'What can be imported, page by page. The codes of all errors are in [errors.md](../errors.md).',
    ['| entry point | what it is for |', '|---|---|', ...pages.map(rowOf)].join('\n'),
    '## All names',
    ['| name | import it from |', '|---|---|', ...rows].join('\n'),
  ];
  return { file: 'README.md', text: `${text.join('\n\n')}\n` };
}

function rowOf({ entry, about }) {
  return `| [${entry.specifier}](${entry.page}) | ${about.replaceAll('\n', ' ')} |`;
}
