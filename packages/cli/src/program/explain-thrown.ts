import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '@stagewire/wiring';
import { displayPath } from '../terminal/display-path.js';
import { shortenPaths } from '../terminal/short-paths.js';
import type { ThrownError } from './plan-messages.js';

/** A place in a file, as errors name it. */
type Place = { file: string; line?: number };

/** What is told of one kind of error. */
type Explanation = { problem?: string; fix: string; place?: Place | undefined };

/** Frames that say nothing about a program: those of Node, of the compiler, and of what is loaded before. */
const MACHINERY =
  /\(?node:|[\\/]node_modules[\\/](?:tsx|esbuild)[\\/]|[\\/](?:plan-child|redirect-stock-backend|version-hooks)\.[jt]s:|[\\/]@stagewire[\\/]cli[\\/]dist[\\/]/;

const MAX_FRAMES = 6;

/** Tells what a program threw before it could be planned: what to do, and at which line. */
export function explainThrown(error: ThrownError, cwd: string): Diagnostic {
  const { problem = error.message, fix, place } = explain(error);
  // Where the line itself is wrong, it does not matter who loaded it.
  const frames = place ? [] : readFrames(error.stack);
  const culprit = place ?? readPlace(error.stack);
  return {
    severity: 'error',
    code: error.fix === undefined ? 'E_CLI_PROGRAM_FAILED' : (error.code ?? 'E_CLI_PROGRAM_FAILED'),
    problem,
    fix,
    culprits: culprit ? [formatPlace(culprit, cwd)] : [],
    ...(frames.length > 0 && { thrownAt: frames.map((frame) => shorten(frame, cwd)) }),
  };
}

function explain(error: ThrownError): Explanation {
  if (error.fix !== undefined) return { fix: error.fix };
  return (
    explainMissing(error) ??
    explainSyntax(error) ??
    explainModuleKind(error) ??
    explainNative(error) ?? {
      fix: 'mend what the program does before it starts its backend, at the place where it was thrown',
    }
  );
}

/** A package or file that is not there, with the line that asks for it. */
function explainMissing({ message, stack }: ThrownError): Explanation | undefined {
  const found = /^Cannot find (?:package|module) '([^']+)'(?: imported from (\S+))?/.exec(message);
  const missing = found?.[1];
  if (missing === undefined) return undefined;
  const importer = found?.[2] ?? /\nRequire stack:\n- (.+)/.exec(`${message}\n${stack}`)?.[1];
  const place = importer === undefined ? undefined : locateImport(toPath(importer), missing);
  const problem = message.split('\n')[0]!;
  return { problem, place, fix: adviseOnMissing(missing) };
}

function adviseOnMissing(missing: string): string {
  if (missing.startsWith('.') || isAbsolute(missing) || missing.startsWith('file:')) {
    return 'look whether the path is right, and whether the package was built';
  }
  return `install it: npm install ${toPackageName(missing)}; where a package.json names it already, npm install alone`;
}

function toPackageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function locateImport(file: string, specifier: string): Place {
  const name = isAbsolute(specifier) ? (specifier.split(/[\\/]/).at(-1) ?? '') : specifier;
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    const stem = name.replace(/\.[cm]?[jt]s$/, '');
    const index = lines.findIndex((line) => new RegExp(`['"\`/]${escape(stem)}`).test(line));
    return index < 0 ? { file } : { file, line: index + 1 };
  } catch {
    return { file };
  }
}

/** Code that cannot be read; compilers have their own way to tell the place. */
function explainSyntax({ name, message, stack }: ThrownError): Explanation | undefined {
  const compiled = /^(?:Transform failed[^\n]*\n)?(\S+?):(\d+):\d+: ERROR: (.+)/m.exec(message);
  if (compiled) {
    const [, file = '', line, problem = ''] = compiled;
    return { problem, place: { file, line: Number(line) }, fix: 'correct the line' };
  }
  if (name !== 'SyntaxError') return undefined;
  const place = readPlace(stack);
  if (/does not provide an export named/.test(message)) {
    const fix = 'import a name that the module exports; a type wants `import type`';
    return { place, fix };
  }
  return /import statement outside a module|Unexpected token 'export'/.test(message)
    ? { place, fix: MODULE_KIND }
    : { place, fix: 'correct the line' };
}

const MODULE_KIND =
  'the file is ES module code in a package that is CommonJS: set "type": "module" in its package.json, or call it .mjs';

function explainModuleKind({ code, message }: ThrownError): Explanation | undefined {
  if (code === 'ERR_REQUIRE_ESM' || code === 'ERR_REQUIRE_ASYNC_MODULE') {
    return { fix: 'load it with import() in place of require(): it is an ES module' };
  }
  return /^(?:require|module|exports|__dirname) is not defined/.test(message)
    ? { fix: 'the file is CommonJS code in an ES module: use import, or call it .cjs' }
    : undefined;
}

function explainNative({ code, message }: ThrownError): Explanation | undefined {
  return code === 'ERR_DLOPEN_FAILED' || /NODE_MODULE_VERSION|invalid ELF/.test(message)
    ? { fix: 'build it for this Node again: npm rebuild, or remove node_modules and install anew' }
    : undefined;
}

/** Where an error says that it is: its first line for syntax, else its first frame. */
function readPlace(stack: string): Place | undefined {
  const head = /^(file:\/\/\S+|\/\S+|[A-Za-z]:\\\S+):(\d+)$/m.exec(stack);
  const frames = readFrames(stack);
  // What a package refuses is the mistake of who called it.
  const told = frames.find((each) => !each.includes('node_modules')) ?? frames[0] ?? '';
  const frame = head ?? /((?:file:\/\/|\/|[A-Za-z]:\\)[^\s()]+):(\d+):\d+\)?$/.exec(told);
  return frame ? { file: toPath(frame[1]!), line: Number(frame[2]) } : undefined;
}

function readFrames(stack: string): string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at .+:\d+:\d+\)?$/.test(line) && !MACHINERY.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim().slice('at '.length));
}

function shorten(frame: string, cwd: string): string {
  const plain = frame.replace(/file:\/\/[^\s)]+(?=:\d+:\d+)/, (url) => fileURLToPath(url));
  return shortenPaths(plain, cwd);
}

function formatPlace({ file, line }: Place, cwd: string): string {
  const path = displayPath(file, cwd);
  return line === undefined ? path : `${path}:${line}`;
}

const toPath = (file: string) => (file.startsWith('file:') ? fileURLToPath(file) : file);

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
