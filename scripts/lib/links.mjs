// Links between Markdown pages: to a file, and to a heading or an anchor in it.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { finding, lineAt } from './findings.mjs';
import { createSlugs } from './slugs.mjs';

/** Every relative link of pages, `{ file, text }[]`, that leads to no file or to no place in it. */
export function findDeadLinks(root, pages) {
  const texts = new Map(pages.map(({ file, text }) => [file, text]));
  const anchors = new Map();
  const anchorsIn = (file) => {
    if (!anchors.has(file)) anchors.set(file, findAnchors(textOf(root, file, texts)));
    return anchors.get(file);
  };
  return pages.flatMap(({ file, text }) =>
    findLinks(text)
      .filter(({ path, anchor }) => {
        const target = path === '' ? file : join(dirname(file), path);
        if (!texts.has(target) && !existsSync(join(root, target))) return true;
        return anchor !== undefined && target.endsWith('.md') && !anchorsIn(target).has(anchor);
      })
      .map(({ href, offset }) =>
        finding(file, lineAt(text, offset), `${href} leads nowhere`, 'correct the link'),
      ),
  );
}

/** All relative links of a text outside of code: `{ href, path, anchor, offset }`. */
export function findLinks(text) {
  return [...withoutCode(text).matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(
    ({ 0: match, 1: path, 2: anchor, index: offset }) => ({
      href: match.slice(2, -1),
      path,
      anchor,
      offset,
    }),
  );
}

/** The places of a page that a link can name: its headings, and the ids of elements. */
export function findAnchors(text) {
  const toSlug = createSlugs();
  const plain = withoutCode(text, { keepSpans: true });
  const headings = [...plain.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => toSlug(heading));
  const ids = [...plain.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id);
  return new Set([...headings, ...ids]);
}

/** The same text with blanks where code stands, so that places in it stay where they are. */
function withoutCode(text, { keepSpans = false } = {}) {
  const fenceless = text.replaceAll(/^( *)```.*?^\1```/gms, blank);
  return keepSpans ? fenceless : fenceless.replaceAll(/`[^`\n]+`/g, blank);
}

function blank(text) {
  return text.replaceAll(/[^\n]/g, ' ');
}

function textOf(root, file, texts) {
  return texts.get(file) ?? readFileSync(join(root, file), 'utf8');
}
