// Prints declarations as a reader wants them, and finds the types that they are made of.

import { hasTag, readComment } from './comments.mjs';
import { target } from './exports.mjs';
import { ts } from './tools.mjs';

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** A declaration without comments, private members and what `.d.ts` files say in front of it. */
export function printSignature(node) {
  const shown = isType(node) ? withMembers(node, publicMembers(node)) : node;
  const text = printer.printNode(ts.EmitHint.Unspecified, shown, node.getSourceFile());
  const keyword = ts.isVariableDeclaration(node) ? 'const ' : '';
  return `${keyword}${text}`
    .replace(/^export /, '')
    .replace(/^declare /, '')
    .replaceAll(/\bimport\("[^"]+"\)\./g, '')
    .replaceAll(/^(?: {4})+/gm, (indent) => ' '.repeat(indent.length / 2))
    .replace(/^(const .*[^;])$/s, '$1;');
}

/** What stands in front of the name of a section. */
export function kindOf(node) {
  if (ts.isFunctionDeclaration(node)) return 'function';
  if (ts.isClassDeclaration(node)) return 'class';
  if (ts.isInterfaceDeclaration(node)) return 'interface';
  if (ts.isTypeAliasDeclaration(node)) return 'type';
  if (ts.isEnumDeclaration(node)) return 'enum';
  return 'constant';
}

/** The members of a class or interface that others may use. */
export function publicMembers(node) {
  return node.members.filter((member) => {
    const flags = ts.getCombinedModifierFlags(member);
    return (
      !(flags & ts.ModifierFlags.Private) &&
      !(member.name && ts.isPrivateIdentifier(member.name)) &&
      !hasTag(readComment(member), '@internal')
    );
  });
}

/**
 * The fields of the object types that a type is written with, `{ name, node }[]`: of options, of
 * each alternative of a union, of what a list consists of. Fields of fields belong to those.
 */
export function fieldsOf(type) {
  if (!type) return [];
  if (ts.isTypeLiteralNode(type)) {
    return type.members
      .filter((member) => member.name)
      .map((member) => ({ name: member.name.getText(), node: member }));
  }
  if (ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type)) {
    return type.types.flatMap(fieldsOf);
  }
  if (ts.isParenthesizedTypeNode(type) || ts.isTypeOperatorNode(type)) return fieldsOf(type.type);
  if (ts.isArrayTypeNode(type)) return fieldsOf(type.elementType);
  if (ts.isTypeReferenceNode(type)) return (type.typeArguments ?? []).flatMap(fieldsOf);
  return [];
}

/** Every symbol that a declaration refers to, in order, each once. */
export function findUses(checker, node) {
  const found = new Set();
  const visit = (one) => {
    if (ts.isIdentifier(one) && one.parent.name !== one) {
      const symbol = checker.getSymbolAtLocation(one);
      if (symbol) found.add(target(checker, symbol));
    }
    ts.forEachChild(one, visit);
  };
  if (isType(node)) {
    [...(node.typeParameters ?? []), ...(node.heritageClauses ?? [])].forEach(visit);
    publicMembers(node).forEach(visit);
  } else {
    ts.forEachChild(node, visit);
  }
  return [...found];
}

function isType(node) {
  return ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node);
}

function withMembers(node, members) {
  const { factory } = ts;
  const { modifiers, name, typeParameters, heritageClauses } = node;
  const parts = [modifiers, name, typeParameters, heritageClauses, members];
  return ts.isClassDeclaration(node)
    ? factory.updateClassDeclaration(node, ...parts)
    : factory.updateInterfaceDeclaration(node, ...parts);
}
