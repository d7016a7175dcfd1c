// The program of a build. It reads the bundle with what V8 made of it when it was built, and runs the
// program in it as if all modules were files where they were.
import { openSync, readFileSync, readSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';
import {
  BUILT_PROGRAM,
  BUNDLE_FILES,
  type BuiltProgram,
  type BundledModule,
  type ModuleTable,
} from '../bundle-format.js';
import { BundledModules, type ModuleFunction } from './modules.js';
import { PlaceFinder } from './place-finder.js';

const root = __dirname;
const table = JSON.parse(readFileSync(join(root, BUNDLE_FILES.modules), 'utf8')) as ModuleTable;
const program = table.modules[table.program]!;
const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;

// What looks for the program finds it where it was.
process.argv[1] = join(root, program.path);
process.mainModule = undefined;

/** The file of modules that come later, once one of them is read. */
let laterFile: number | undefined;

void run();

async function run(): Promise<void> {
  const { functions, script } = readFunctions();
  // Behind those of the modules; its index is that of the first module that comes later.
  const tellName = functions.pop() as () => string;
  const modules = new BundledModules(root, table, functions, readLater);
  const places = new PlaceFinder(root, table, tellName);
  const built: BuiltProgram = {
    table,
    root,
    ...(script && { script }),
    listEvaluated: () => modules.listEvaluated(),
    locate: (place) => places.find(place),
  };
  Object.defineProperty(globalThis, BUILT_PROGRAM, { value: built });
  process.once('exit', tellUnsettled);
  await modules.run(table.program).finally(() => process.off('exit', tellUnsettled));
}

/** As Node ends a program that waits at its top level for what never comes. */
function tellUnsettled(): void {
  process.exitCode ??= 13;
}

function readFunctions(): { functions: ModuleFunction[]; script?: Script } {
  const file = join(root, BUNDLE_FILES.code);
  // Node reads the source maps of what it loads itself alone.
  if (process.sourceMapsEnabled) return { functions: loadMapped(file) };
  // The code is ASCII: V8 keeps such text as it is, outside of its heap.
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    ...readCache(),
    importModuleDynamically,
  });
  if (script.cachedDataRejected) warnOfCache();
  return { functions: script.runInThisContext() as ModuleFunction[], script };
}

function loadMapped(file: string): ModuleFunction[] {
  const functions = createRequire(file)(file) as ModuleFunction[];
  delete (Module as unknown as { _cache: Record<string, unknown> })._cache[file];
  return functions;
}

function readLater({ path, later: [offset, length] = [0, 0] }: BundledModule): ModuleFunction {
  laterFile ??= openSync(join(root, BUNDLE_FILES.later), 'r');
  const bytes = Buffer.alloc(length);
  readSync(laterFile, bytes, 0, length, offset);
  const script = new Script(bytes.toString('latin1'), {
    filename: join(root, path),
    importModuleDynamically,
  });
  return script.runInThisContext() as ModuleFunction;
}

function readCache(): { cachedData?: Buffer } {
  try {
    return { cachedData: readFileSync(join(root, BUNDLE_FILES.cache)) };
  } catch {
    return {}; // removed to save space, or not made yet
  }
}

function warnOfCache(): void {
  console.error(
    `stagewire: this Node (${process.version}, or its V8 options) is not the one that ${BUNDLE_FILES.cache} was made with (${table.node}), so the start takes longer; build again with this one: stagewire build`,
  );
}
