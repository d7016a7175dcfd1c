// Renders one symbol of the reference: its signature, and all that its comment says.

import { findComment, hasTag, readComment, renderComment } from './comments.mjs';
import { compareNames } from './exports.mjs';
import { findUses, fieldsOf, kindOf, printSignature, publicMembers } from './signatures.mjs';
import { ts } from './tools.mjs';

/** The names of the methods that get a heading of their own, in order. */
export function methodsOf({ nodes }) {
  return [...groupMethods(nodes).keys()];
}

/** All of a section but its heading. */
export function renderItem(item, context) {
  const { nodes, name } = item;
  return paragraphs([
    headLine(nodes[0], context),
    ...nodes.map((node) => renderDeclaration(node, context)),
    ...[...groupMethods(nodes)].map(([method, overloads]) =>
      paragraphs([
        `### ${name}.${method}`,
        ...overloads.map((one) => renderDeclaration(one, context)),
      ]),
    ),
    usesLine(item, context),
  ]);
}

/** The first sentence: what stands in a list of symbols. */
export function summaryOf({ nodes }, render) {
  const [summary = ''] = nodes
    .map((node) => renderComment(readComment(node), render).summary)
    .filter(Boolean);
  const [sentence] = summary.replaceAll('\n', ' ').split(/(?<=[.!?]) (?=[A-Z`[])/);
  return sentence;
}

function headLine(node, { render }) {
  const kind = hasTag(readComment(node), '@alpha') ? `alpha ${kindOf(node)}` : kindOf(node);
  return `*${kind}*, [source](${render.sourceOf(node)})`;
}

function renderDeclaration(node, context) {
  const said = renderComment(findComment(node, context.checker), boundTo(node, context.render));
  return paragraphs([
    said.deprecated && `**Deprecated.** ${said.deprecated}`,
    said.summary,
    fence(printSignature(node)),
    said.remarks,
    listOf('Parameters', parametersOf(node, said, context)),
    listOf(
      'Fields',
      membersOf(node).flatMap((field) => renderField(field, context)),
    ),
    said.returns && `**Returns** ${said.returns}`,
    listOf('Throws', said.throws.map(toBullet)),
    said.defaults.length > 0 && `**Default** ${said.defaults.join(' ')}`,
    ...said.examples.map((text) => `**Example**\n\n${text}`),
    listOf('See also', said.see.map(toBullet)),
  ]);
}

/** A link that leads nowhere is reported with the place of its comment. */
function boundTo(node, render) {
  return { ...render, link: (name, text) => render.link(name, text, node) };
}

function fence(text) {
  return `\`\`\`ts\n${text}\n\`\`\``;
}

function parametersOf(node, { params }, context) {
  const parameters = node.parameters?.map((one) => ({ name: one.name.getText(), type: one.type }));
  return (parameters ?? []).flatMap(({ name, type }) => {
    const fields = fieldsOf(type).flatMap((field) => renderField(field, context));
    const text = params.get(name);
    if (!text && fields.length === 0) return [];
    return [toBullet(`\`${name}\`${text ? `: ${text}` : ''}`), ...fields.map(indent)];
  });
}

/** What is told in a list: properties, accessors, and how a thing is called. */
function membersOf(node) {
  if (ts.isVariableDeclaration(node) || ts.isTypeAliasDeclaration(node)) return fieldsOf(node.type);
  if (!hasMembers(node)) return [];
  return publicMembers(node)
    .filter((member) => !isMethod(member))
    .map((member) => ({ name: member.name?.getText() ?? nameOfSignature(member), node: member }));
}

function nameOfSignature(member) {
  return ts.isConstructorDeclaration(member) ? 'new' : member.getText().replace(/;$/, '');
}

/** Without a comment, a field says no more than the signature; what is in it may. */
function renderField({ name, node }, context) {
  const said = renderComment(findComment(node, context.checker), boundTo(node, context.render));
  const inner = [
    ...parametersOf(node, said, context),
    ...fieldsOf(node.type).flatMap((field) => renderField(field, context)),
  ];
  const text = [
    said.deprecated && `Deprecated: ${said.deprecated}`,
    said.summary,
    said.remarks,
    said.returns && `Returns ${said.returns}`,
    ...said.throws.map((one) => `Throws ${one}`),
    ...said.defaults.map((one) => `Default: ${one}`),
    ...said.examples,
  ].filter(Boolean);
  if (text.length === 0 && inner.length === 0) return [];
  return [
    toBullet([`\`${name}\`${text.length > 0 ? ': ' : ''}`, joined(text)].join('')),
    ...inner.map(indent),
  ];
}

/** Short sentences on one line, paragraphs as such. */
function joined(texts) {
  const isLong = texts.some((text) => text.includes('\n'));
  return texts.map((text) => (isLong ? text : endSentence(text))).join(isLong ? '\n\n' : ' ');
}

function endSentence(text) {
  return /[.!?:]$/.test(text) ? text : `${text}.`;
}

function usesLine({ nodes, symbol }, { checker, render, homes }) {
  const uses = [...new Set(nodes.flatMap((node) => findUses(checker, node)))]
    .filter((one) => one !== symbol && homes.has(one))
    .toSorted((a, b) => compareNames(a.name, b.name))
    .map((one) => `[${one.name}](${render.to(one)})`);
  return uses.length > 0 && `Refers to: ${uses.join(', ')}`;
}

function groupMethods(nodes) {
  const groups = new Map();
  for (const method of nodes.filter(hasMembers).flatMap(publicMembers).filter(isMethod)) {
    const name = method.name.getText();
    groups.set(name, [...(groups.get(name) ?? []), method]);
  }
  return groups;
}

function hasMembers(node) {
  return ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node);
}

function isMethod(member) {
  return ts.isMethodSignature(member) || ts.isMethodDeclaration(member);
}

function listOf(title, bullets) {
  return bullets.length > 0 && `**${title}**\n\n${bullets.join('\n')}`;
}

function toBullet(text) {
  return `- ${text.replaceAll('\n', '\n  ').replaceAll(/^ +$/gm, '')}`;
}

function indent(text) {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

function paragraphs(parts) {
  return parts.filter(Boolean).join('\n\n');
}
