// Reads the TSDoc comment of a declaration, and renders it as Markdown.

import { ts, tsdoc } from './tools.mjs';

const parser = new tsdoc.TSDocParser(configure());

function configure() {
  const configuration = new tsdoc.TSDocConfiguration();
  configuration.addTagDefinition(
    new tsdoc.TSDocTagDefinition({
      tagName: '@default',
      syntaxKind: tsdoc.TSDocTagSyntaxKind.BlockTag,
    }),
  );
  return configuration;
}

/** The comment of a declaration, parsed; undefined when it has none. */
export function readComment(node) {
  const text = commentOf(node);
  return text === undefined ? undefined : parser.parseString(text).docComment;
}

/** What TSDoc cannot read in the comment of a declaration. */
export function findSlips(node) {
  const text = commentOf(node);
  if (text === undefined) return [];
  return parser.parseString(text).log.messages.map(({ unformattedText }) => unformattedText);
}

function commentOf(node) {
  const source = node.getSourceFile().text;
  const ranges = ts.getLeadingCommentRanges(source, documented(node).pos) ?? [];
  return ranges
    .map(({ pos, end }) => source.slice(pos, end))
    .findLast((text) => text.startsWith('/**') && !text.includes('@packageDocumentation'));
}

/**
 * The comment on top of a source that says what an entry point is for. Declarations lack it when
 * they have no use for the statement below it.
 */
export function readFileComment(source) {
  const text = [...source.matchAll(/\/\*\*.*?\*\//gs)]
    .map(([match]) => match)
    .find((match) => match.includes('@packageDocumentation'));
  return text === undefined ? undefined : parser.parseString(text).docComment;
}

/** The comment of a variable stands in front of its whole statement. */
function documented(node) {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node;
}

/** Tells whether a declaration has a modifier tag such as `@internal`. */
export function hasTag(comment, name) {
  return comment?.modifierTagSet.hasTagName(name) ?? false;
}

/**
 * What a comment says, as Markdown: `{ summary, remarks, params, returns, throws, defaults,
 * examples, see, deprecated }`, each a text or a list of texts. `render` has two functions:
 * `link(name, text)` for a link to a symbol, and `code(text)` for a text set as code.
 */
export function renderComment(comment, render) {
  const text = (block) => (block ? renderNode(block.content ?? block, render).trim() : '');
  const blocks = (...names) =>
    (comment?.customBlocks ?? [])
      .filter(({ blockTag }) => names.includes(blockTag.tagName))
      .map(text);
  return {
    summary: text(comment?.summarySection),
    remarks: text(comment?.remarksBlock),
    params: new Map(comment?.params.blocks.map((block) => [block.parameterName, text(block)])),
    returns: text(comment?.returnsBlock),
    throws: blocks('@throws'),
    defaults: blocks('@default', '@defaultValue'),
    examples: blocks('@example'),
    see: comment?.seeBlocks.map(text) ?? [],
    deprecated: text(comment?.deprecatedBlock),
  };
}

/** Second lines of a tag are indented in a comment; points of a list may be as well. */
const hangingIndent = /\n +(?!- )/g;

/** TSDoc knows no lists: a line that begins with a dash stays one when lines stay lines. */
function renderNode(node, render) {
  switch (node.kind) {
    case 'Paragraph':
      return `${renderAll(node, render).trim().replaceAll(hangingIndent, '\n')}\n\n`;
    case 'FencedCode':
      return `\`\`\`${node.language}\n${node.code}\`\`\`\n\n`;
    case 'SoftBreak':
      return '\n';
    case 'PlainText':
      return node.text;
    case 'EscapedText':
      return node.decodedText;
    case 'CodeSpan':
      // How the default of a parameter is told, in the middle of its text.
      return node.code === '@default' ? '*default*' : render.code(node.code);
    case 'LinkTag':
      return renderLink(node, render);
    case 'Section':
      return renderAll(node, render);
    default:
      return sourceOf(node);
  }
}

function renderAll(node, render) {
  return node.nodes.map((one) => renderNode(one, render)).join('');
}

function renderLink({ urlDestination, codeDestination, linkText }, render) {
  if (urlDestination) return `[${linkText ?? urlDestination}](${urlDestination})`;
  const parts = codeDestination?.memberReferences ?? [];
  const name = parts.map(({ memberIdentifier }) => memberIdentifier?.identifier).join('.');
  return render.link(name, linkText);
}

/** What TSDoc makes nothing of is told as it is written. */
function sourceOf(node) {
  const own = node.kind === 'Excerpt' ? node.content.toString() : '';
  return own + node.getChildNodes().map(sourceOf).join('');
}

/**
 * The comment of a member, its own or that of what its class or interface is made after; a member
 * without one means what it means there.
 */
export function findComment(node, checker) {
  return readComment(node) ?? inherited(node, checker).map(readComment).find(Boolean);
}

function inherited({ parent, name }, checker) {
  if (!name || !parent?.heritageClauses) return [];
  return parent.heritageClauses
    .flatMap(({ types }) => types)
    .flatMap((type) => {
      const member = checker.getTypeAtLocation(type).getProperty(name.getText());
      return member?.declarations ?? [];
    });
}
