import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { Script } from 'node:vm';
import { parseSync } from 'oxc-parser';
import { moduleRunnerTransform } from 'rolldown/experimental';
import { minifySync, transformSync } from 'rolldown/utils';
import { findPackageFolder } from '../../repository/package-folder.js';
import { readManifest } from '../../repository/repository.js';
import type { ModuleKind } from './bundle-format.js';
import { isTypeScript, type RequestKind } from './resolver.js';
import { composeMaps, readPublishedMap, type SourceMap } from './source-map.js';

/** A module as it goes into the bundle. */
export type ReadModule = {
  /** Absolute path of its file. */
  file: string;
  kind: ModuleKind;
  /** The function that runs it, as text; ASCII only. */
  code: string;
  /** To its file, or to what that was made of. */
  map: SourceMap;
  /** What it asks for when it is evaluated. */
  requests: ModuleRequest[];
};

export type ModuleRequest = {
  request: string;
  kind: RequestKind;
  /** Whether only calls made later ask for it. */
  isDynamic: boolean;
};

/** Why a module stays a file. */
export type UnreadModule = { file: string; reason: string };

const PARAMETERS = {
  esm: '__vite_ssr_exports__, __vite_ssr_import__, __vite_ssr_exportAll__, __vite_ssr_dynamic_import__, __vite_ssr_import_meta__',
  // As long as the keyword in whose place it stands, so that columns stay.
  cjs: 'exports, require, module, __filename, __dirname, __i__m',
};

/** Reads a file that Node would load as a module; one that cannot be bundled, with the reason. */
export async function readModule(file: string): Promise<ReadModule | UnreadModule> {
  const extension = extname(file);
  if (extension === '.node' || extension === '.wasm') return { file, reason: 'is native code' };
  const source = readFileSync(file, 'utf8');
  if (extension === '.json') return readJson(file, source);
  const syntax = findSyntax(file, source);
  return syntax === 'cjs' && !isTypeScript(file)
    ? readCommonJs(file, source)
    : readEsModule(file, source, syntax === 'cjs');
}

function readJson(file: string, source: string): ReadModule | UnreadModule {
  try {
    const text = JSON.stringify(JSON.stringify(JSON.parse(source)));
    const code = `function () { return JSON.parse(${text}); }`;
    return shorten({ file, kind: 'json', code, requests: [] }, undefined);
  } catch {
    return { file, reason: 'is not JSON' };
  }
}

/** What Node takes a file for; of a source, what it is compiled to. */
function findSyntax(file: string, source: string): 'cjs' | 'esm' {
  if (/\.c[jt]s$/.test(file)) return 'cjs';
  if (/\.m[jt]s$/.test(file)) return 'esm';
  const folder = findPackageFolder(dirname(file));
  const type = folder && readType(folder);
  if (type === 'module') return 'esm';
  if (type === 'commonjs' || isTypeScript(file)) return 'cjs';
  // Without a type, Node looks at the syntax.
  return hasModuleSyntax(file, source) ? 'esm' : 'cjs';
}

const types = new Map<string, string | undefined>();

function readType(folder: string): string | undefined {
  if (!types.has(folder)) types.set(folder, readManifest(join(folder, 'package.json')).type);
  return types.get(folder);
}

function hasModuleSyntax(file: string, source: string): boolean {
  if (!/\b(?:import|export)\b/.test(source)) return false;
  if (isScript(`(function (${PARAMETERS.cjs}) {${withoutHashbang(source)}\n})`)) return false;
  return parseSync(file, source, { sourceType: 'module' }).module.hasModuleSyntax;
}

function isScript(code: string): boolean {
  try {
    return Boolean(new Script(code, { filename: 'module' }));
  } catch {
    return false;
  }
}

const withoutHashbang = (source: string) => source.replace(/^\uFEFF/, '').replace(/^#!/, '//');

/** What it says stays; only `import()` is that of the bundle. */
function readCommonJs(file: string, source: string): ReadModule | UnreadModule {
  const { text, imports } = replaceImports(file, withoutMapComment(withoutHashbang(source)));
  return shorten(
    {
      file,
      kind: 'cjs',
      // On the line of its parameters, so that the lines of a map hold.
      code: `function (${PARAMETERS.cjs}) {${text}\n}`,
      requests: [...findRequires(text), ...imports],
    },
    readPublishedMap(file, source),
  );
}

function replaceImports(file: string, source: string): { text: string; imports: ModuleRequest[] } {
  if (!/\bimport\s*\(/.test(source)) return { text: source, imports: [] };
  const { module } = parseSync(file, source, { lang: 'js', sourceType: 'script' });
  const imports: ModuleRequest[] = [];
  let text = source;
  for (const { start, moduleRequest } of module.dynamicImports) {
    text = `${text.slice(0, start)}__i__m${text.slice(start + 'import'.length)}`;
    const literal = /^(['"`])([^'"`$\\]+)\1$/.exec(
      source.slice(moduleRequest.start, moduleRequest.end),
    );
    if (literal) imports.push({ request: literal[2]!, kind: 'import', isDynamic: true });
  }
  return { text, imports };
}

/** Finds more than there is, in comments and texts; that only makes the table a little longer. */
function findRequires(text: string): ModuleRequest[] {
  const found = text.matchAll(/\brequire(?:\.resolve)?\s*\(\s*(['"`])([^'"`$\n\\]+)\1\s*\)/g);
  const names = new Set(Array.from(found, ([, , name = '']) => name));
  return [...names].map((request) => ({ request, kind: 'require', isDynamic: false }));
}

/** A comment for tools would be taken for one about the whole bundle. */
function withoutMapComment(source: string): string {
  return source.replace(/^[ \t]*\/\/[#@] ?source(?:Mapping)?URL=.*$/gm, '');
}

async function readEsModule(
  file: string,
  source: string,
  isCompiledToCommonJs: boolean,
): Promise<ReadModule | UnreadModule> {
  const plain = withoutMapComment(withoutHashbang(source));
  const compiled = isTypeScript(file) ? transformSync(file, plain, { sourcemap: true }) : undefined;
  const [mistake] = compiled?.errors ?? [];
  if (mistake) return { file, reason: mistake.message };
  const result = await moduleRunnerTransform(file, compiled?.code ?? plain, { sourcemap: true });
  const [failure] = result.errors;
  if (failure) return { file, reason: failure.message };
  const isAsync = !isCompiledToCommonJs && hasTopLevelAwait(result.code);
  const parameters = isCompiledToCommonJs
    ? `${PARAMETERS.esm}, exports, require, module, __filename, __dirname`
    : PARAMETERS.esm;
  const head = `${isAsync ? 'async ' : ''}function (${parameters}) { "use strict"; `;
  const requests = [
    ...result.deps.map((request) => toImport(request, false)),
    ...result.dynamicDeps.map((request) => toImport(request, true)),
    ...findResolved(result.code),
    ...(isCompiledToCommonJs ? findRequires(result.code) : []),
  ];
  const kind = isCompiledToCommonJs ? 'mixed' : isAsync ? 'async' : 'esm';
  const code = `${head}${isAsync ? result.code : withoutWaits(result.code)}\n}`;
  const inner = (compiled?.map as SourceMap | undefined) ?? readPublishedMap(file, source);
  return shorten({ file, kind, code, requests }, toSource(result.map as SourceMap, inner));
}

/** From the transformed module to its file, and on to what that was made of. */
function toSource(map: SourceMap, inner: SourceMap | undefined): SourceMap {
  return inner ? composeMaps(map, inner) : map;
}

const toImport = (request: string, isDynamic: boolean): ModuleRequest => ({
  request,
  kind: 'import',
  isDynamic,
});

/** What `import.meta.resolve` is asked for. */
function findResolved(code: string): ModuleRequest[] {
  const found = code.matchAll(/__vite_ssr_import_meta__\.resolve\((['"])([^'"\n\\]+)\1\)/g);
  return Array.from(found, ([, , request = '']) => toImport(request, true));
}

/** The transform waits for each import; what is imported is there at once. */
function withoutWaits(code: string): string {
  return code.replaceAll('await __vite_ssr_import__(', '__vite_ssr_import__(');
}

function hasTopLevelAwait(code: string): boolean {
  if (!/\bawait\b/.test(withoutWaits(code))) return false;
  return !isScript(`(function (${PARAMETERS.esm}) { "use strict";\n${withoutWaits(code)}\n})`);
}

/** Makes a module wait for those that it imports. */
export function makeAsync(module: ReadModule): void {
  module.kind = 'async';
  module.code = module.code
    .replaceAll(/(?<![\w$.])__vite_ssr_import__\(/g, 'await __vite_ssr_import__(')
    .replace('(function(', '(async function(');
}

/**
 * Writes the code shorter, with all names as they are. In one byte per character it is half as large
 * in memory; escapes mean the same in texts, regular expressions and names.
 */
function shorten(
  module: Omit<ReadModule, 'map'>,
  inputMap: SourceMap | undefined,
): ReadModule | UnreadModule {
  const { file, code } = module;
  const { errors, ...short } = minifySync(file, `(${code})`, {
    module: false,
    compress: false,
    mangle: false,
    codegen: { removeWhitespace: true, asciiOnly: true, legalComments: 'none' },
    sourcemap: true,
    ...(inputMap && { inputMap }),
  });
  const [mistake] = errors;
  if (mistake) return { file, reason: mistake.message };
  const text = short.code.replace(/;\s*$/, '');
  // A tagged template can see how it is spelt.
  if (!isAscii(text)) return { file, reason: 'reads its own spelling' };
  if (!isScript(text)) return { file, reason: 'is not JavaScript of this version of Node' };
  return { ...module, code: text, map: short.map as SourceMap };
}

// eslint-disable-next-line no-control-regex -- it is what ASCII is
const isAscii = (text: string) => /^[\x00-\x7F]*$/.test(text);
