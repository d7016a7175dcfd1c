// The reference: a page for each entry point that authors import, made from declarations and their
// comments.

import { relative } from 'node:path/posix';
import { finding } from '../findings.mjs';
import { createSlugs } from '../slugs.mjs';
import { hasTag, readComment, readFileComment, renderComment } from './comments.mjs';
import { readEntry, withPages } from './entries.mjs';
import { isTopLevel, nodesOf, readExports, sourceOf } from './exports.mjs';
import { helpersHeading, renderIndex, renderPage } from './pages.mjs';
import { findUses } from './signatures.mjs';
import { methodsOf, renderItem, summaryOf } from './symbols.mjs';

const folderOfPages = 'docs/reference';

/**
 * The pages, and what is wrong with the comments that they are made of: `{ pages: { file, text }[],
 * findings }`. `codes` are the error codes that have a row to link to.
 */
export function makeReference(root, { program, entries, folder, codes }) {
  const checker = program.getTypeChecker();
  const pages = readExports(program, withPages(entries), folder).map(toPage);
  const homes = settle(pages);
  addHelpers(pages, homes, checker, folder);
  pages.forEach(addAnchors);

  const findings = [];
  const told = pages.map((page) => {
    const render = createRender({ page, homes, folder, codes, findings });
    return {
      ...page,
      about: aboutOf(root, page, render),
      items: page.items.map((item) => ({
        ...item,
        summary: summaryOf(item, render),
        text: renderItem(item, { checker, homes, render }),
      })),
    };
  });
  return {
    pages: [...told.map(renderPage), renderIndex(told)].map(({ file, text }) => ({
      file: `${folderOfPages}/${file}`,
      text,
    })),
    findings,
  };
}

function toPage({ entry, file, exports }) {
  const items = exports.filter(({ nodes }) => !nodes.some(isInternal));
  return { entry, file, items, passedOn: [] };
}

function isInternal(node) {
  return hasTag(readComment(node), '@internal');
}

/** Gives each symbol one page, the first that exports it; the others point there. */
function settle(pages) {
  const homes = new Map();
  for (const page of pages) {
    const others = page.items.filter(({ symbol }) => homes.has(symbol));
    page.items = page.items.filter((item) => !others.includes(item));
    for (const item of page.items) homes.set(item.symbol, { page, item });
    page.passedOn = others.map(({ name, symbol }) => ({ name, home: homes.get(symbol) }));
  }
  return homes;
}

/** A type of ours that nobody can import, but that a signature names, is told on that page. */
function addHelpers(pages, homes, checker, folder) {
  for (const page of pages) {
    // Grows while it is read: helpers are made of helpers.
    for (const { nodes } of page.items) {
      for (const symbol of nodes.flatMap((node) => findUses(checker, node))) {
        const found = nodesOf(symbol, folder).filter(isTopLevel);
        if (found.length === 0 || homes.has(symbol)) continue;
        const helper = { name: symbol.name, symbol, nodes: found, isHelper: true };
        homes.set(symbol, { page, item: helper });
        page.items.push(helper);
      }
    }
  }
}

/** In the order in which the headings stand, as a heading that comes again gets a number. */
function addAnchors(page) {
  const toSlug = createSlugs();
  toSlug(page.entry.specifier);
  for (const item of page.items) {
    if (item.isHelper && !page.hasHelpers) page.hasHelpers = toSlug(helpersHeading);
    item.anchor = toSlug(item.name);
    item.methods = new Map(methodsOf(item).map((name) => [name, toSlug(`${item.name}.${name}`)]));
  }
}

function aboutOf(root, { entry, file }, render) {
  const comment = readFileComment(readEntry(root, entry));
  const link = (name, text) => render.link(name, text, file);
  return comment ? renderComment(comment, { ...render, link }).summary : entry.description;
}

/** How comments of one page link to symbols and codes. */
function createRender({ page, homes, folder, codes, findings }) {
  const byName = new Map();
  for (const { page: home, item } of homes.values()) {
    if (!byName.has(item.name) || home === page) byName.set(item.name, { page: home, item });
  }
  return {
    code: (text) =>
      codes.has(text) ? `[\`${text}\`](../errors.md#${text.toLowerCase()})` : `\`${text}\``,
    link(name, text, node) {
      const [owner, member] = name.split('.');
      const home = byName.get(owner);
      if (home) return `[${text ?? `\`${name}\``}](${hrefOf(home, page, member)})`;
      // A first sentence is rendered twice; without its node, it was told already.
      if (node) {
        const why = `{@link ${name}} leads nowhere: nothing of that name has a page`;
        const fix = 'link to what is exported, or set the name as code';
        findings.push(finding(sourceOf(node, folder), 0, why, fix));
      }
      return `\`${name}\``;
    },
    to: (symbol) => hrefOf(homes.get(symbol), page),
    sourceOf: (node) => relative(folderOfPages, sourceOf(node, folder)),
  };
}

function hrefOf({ page, item }, from, member) {
  const anchor = item.methods.get(member) ?? item.anchor;
  return `${page === from ? '' : page.entry.page}#${anchor}`;
}
