import { hash } from 'node:crypto';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { constants, Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import { readCacheFile, writeCacheFile } from './cache-file.js';
import { createModuleRequire, loader, type CommonJsModule } from './module-internals.js';

/** Another number makes files of former versions count as missing. */
const FORMAT = 1;
/** How many scripts are serialised before others get their turn: some milliseconds of work. */
const SCRIPTS_PER_TURN = 40;

/** Left to Node: for the import() of a script, Node 20 warns that it is experimental. */
const DYNAMIC_IMPORT = /\bimport\s*\(/;

/** What stands at the head of the file, before the bytes of all scripts. */
type Head = {
  format: number;
  checksum: number;
  scripts: [path: string, of: string, size: number][];
};
/** Compiled code as it was written: `of` is the hash of the source that it belongs to. */
type StoredCode = { of: string; code: Buffer };
type CompiledScript = { of: string; script: Script; isNew: boolean };

/**
 * Keeps what V8 made of CommonJS modules in one file, from one start to the next.
 *
 * @remarks
 * A module runs from the file only if its source is the same, byte for byte, and V8 takes the code:
 * it refuses what another version, processor or set of flags has written. Whatever cannot be read,
 * written or used is compiled as ever.
 */
export class CodeCache {
  private stored: Map<string, StoredCode>;
  private readonly compiled = new Map<string, CompiledScript>();

  /**
   * @param file - absolute path; it need not exist
   * @param isCovered - whether a module is kept, by the absolute path of its file
   */
  constructor(
    private readonly file: string,
    private readonly isCovered: (path: string) => boolean,
  ) {
    this.stored = readStored(file);
  }

  /** How many modules came out of the file, and how many had to be compiled. */
  get counts(): { fromFile: number; compiled: number } {
    const scripts = [...this.compiled.values()];
    const compiled = scripts.filter(({ isNew }) => isNew).length;
    return { fromFile: scripts.length - compiled, compiled };
  }

  /** From here on, covered modules come out of the file; what comes back ends that. */
  install(): () => void {
    const { prototype } = loader;
    const inner = prototype._compile;
    const { compile } = this;
    let isOver = false;
    const hook: CommonJsModule['_compile'] = function (
      this: CommonJsModule,
      content,
      path,
      format,
    ) {
      // What is no CommonJS is somebody else's to tell, and so is a syntax error.
      const isOurs = !isOver && (!format || format === 'commonjs');
      const wrapper = isOurs ? compile(content, path) : undefined;
      if (!wrapper) return inner.call(this, content, path, format);
      const { exports } = this;
      return wrapper.call(exports, exports, createModuleRequire(this), this, path, dirname(path));
    };
    prototype._compile = hook;
    return () => {
      // Whoever came after has our function inside of theirs: then it stays, and does nothing.
      isOver = true;
      if (prototype._compile === hook) prototype._compile = inner;
    };
  }

  /**
   * Writes the file if a module had to be compiled, and forgets everything; the modules run on.
   *
   * @throws what writing throws
   */
  async save(): Promise<void> {
    const scripts = [...this.compiled];
    const isCurrent = this.counts.compiled === 0;
    this.stored = new Map();
    this.compiled.clear();
    if (!isCurrent) await writeCacheFile(this.file, () => serialise(scripts));
  }

  private readonly compile = (content: string, path: string): Function | undefined => {
    // Node reads the source map of what it compiles itself alone.
    if (!this.isCovered(path) || process.sourceMapsEnabled) return undefined;
    if (content.startsWith('#!') || DYNAMIC_IMPORT.test(content)) return undefined;
    const of = hash('sha256', content, 'base64');
    const stored = this.stored.get(path);
    const cachedData = stored?.of === of ? stored.code : undefined;
    try {
      const script = new Script(loader.wrap(content), {
        filename: path,
        // So that columns of the first line are those of the file.
        columnOffset: -loader.wrapper[0].length,
        ...(cachedData && { cachedData }),
        // For an import() that the pattern does not find.
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
      const isNew = !cachedData || script.cachedDataRejected === true;
      this.compiled.set(path, { of, script, isNew });
      return script.runInThisContext() as Function;
    } catch {
      return undefined;
    }
  };
}

async function serialise(scripts: [path: string, CompiledScript][]): Promise<(string | Buffer)[]> {
  const codes: Buffer[] = [];
  const head: Head = { format: FORMAT, checksum: 0, scripts: [] };
  for (const [path, { of, script }] of scripts) {
    // By now it has the functions that were called, too, and not only the outermost.
    const code = script.createCachedData();
    codes.push(code);
    head.scripts.push([path, of, code.length]);
    if (codes.length % SCRIPTS_PER_TURN === 0) await nextTurn();
  }
  const bytes = Buffer.concat(codes);
  head.checksum = crc32(bytes);
  return [`${JSON.stringify(head)}\n`, bytes];
}

/** The code in a file, by path; nothing of a file that is missing, broken or of another format. */
function readStored(file: string): Map<string, StoredCode> {
  const stored = new Map<string, StoredCode>();
  const bytes = readCacheFile(file);
  if (!bytes) return stored;
  try {
    const end = bytes.indexOf('\n');
    const head = JSON.parse(bytes.toString('utf8', 0, end)) as Head;
    const codes = bytes.subarray(end + 1);
    // V8 trusts what it is given: damaged code would end the process.
    if (head.format !== FORMAT || head.checksum !== crc32(codes)) return stored;
    let offset = 0;
    for (const [path, of, size] of head.scripts) {
      stored.set(path, { of, code: codes.subarray(offset, (offset += size)) });
    }
  } catch {
    return new Map();
  }
  return stored;
}
