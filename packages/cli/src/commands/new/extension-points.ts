import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  parseSync,
  Visitor,
  type Expression,
  type TSSignature,
  type TSType,
  type TSTypeName,
  type VariableDeclarator,
} from 'oxc-parser';
import { globSync } from 'tinyglobby';

/** An extension point, as far as its code tells. */
export type FoundExtensionPoint = {
  /** The name of its ref: `catalogProcessingExtensionPoint`. */
  name: string;
  /** The name of its interface; undefined when the code does not name one. */
  type: string | undefined;
  /** What its interface offers, as far as it is declared in the same package. */
  methods: string[];
};

/**
 * Finds the extension points that a package makes, by parsing its sources, or the types of a
 * package that is installed.
 */
export function findExtensionPoints(directory: string): FoundExtensionPoint[] {
  const points = new Map<string, string | undefined>();
  const methods = new Map<string, string[]>();
  for (const file of listFiles(directory)) {
    new Visitor({
      VariableDeclarator: (node) => {
        const point = toPoint(node);
        if (point) points.set(...point);
      },
      TSInterfaceDeclaration: ({ id, body }) => {
        methods.set(id.name, body.body.flatMap(toMethodName));
      },
    }).visit(parseSync(file, readFileSync(file, 'utf8')).program);
  }
  return [...points]
    .map(([name, type]) => ({ name, type, methods: methods.get(type ?? '') ?? [] }))
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

/** Sources say how a ref is made; what is published has its types in dist only. */
function listFiles(directory: string): string[] {
  const cwd = existsSync(join(directory, 'src')) ? 'src' : 'dist';
  return globSync([cwd === 'src' ? '**/*.{ts,tsx}' : '**/*.d.ts'], {
    cwd: join(directory, cwd),
    absolute: true,
    ignore: ['**/*.test.*', '**/node_modules/**'],
  }).toSorted();
}

function toPoint({ id, init }: VariableDeclarator): [string, string | undefined] | undefined {
  if (id.type !== 'Identifier') return undefined;
  const fromCall = init ? readCall(init) : undefined;
  if (fromCall) return [id.name, nameOfType(fromCall.type)];
  const annotation = id.typeAnnotation?.typeAnnotation;
  if (annotation?.type !== 'TSTypeReference') return undefined;
  if (nameOf(annotation.typeName) !== 'ExtensionPoint') return undefined;
  return [id.name, nameOfType(annotation.typeArguments?.params[0])];
}

/** `createExtensionPoint<T>(…)` */
function readCall(init: Expression): { type: TSType | undefined } | undefined {
  if (init.type !== 'CallExpression' || init.callee.type !== 'Identifier') return undefined;
  if (init.callee.name !== 'createExtensionPoint') return undefined;
  return { type: init.typeArguments?.params[0] };
}

function nameOfType(type: TSType | undefined): string | undefined {
  return type?.type === 'TSTypeReference' ? nameOf(type.typeName) : undefined;
}

/** The last part of a name: `ExtensionPoint` of `api.ExtensionPoint`. */
function nameOf(name: TSTypeName): string | undefined {
  if (name.type === 'Identifier') return name.name;
  return name.type === 'TSQualifiedName' ? name.right.name : undefined;
}

function toMethodName(member: TSSignature): string[] {
  if (member.type !== 'TSMethodSignature' && member.type !== 'TSPropertySignature') return [];
  return member.key.type === 'Identifier' ? [member.key.name] : [];
}
