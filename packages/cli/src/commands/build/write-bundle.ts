import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toRepositoryPath } from '../../repository/paths.js';
import { BUNDLE_FILES, type BundledModule, type ModuleTable } from './bundle-format.js';
import type { GraphModule, ModuleGraph } from './module-graph.js';
import type { SourceMap } from './source-map.js';

// Loaded by a Script, its value is the list; loaded as a module, the list is what it exports.
const HEAD = "(typeof module === 'undefined' ? {} : module).exports = [\n";

// Behind the modules, a function that tells how V8 calls the script.
const TELL_NAME = '() => new Error().stack';

// An index map: one map for the lines of each module. Node reads `sources` of every map.
const MAP_HEAD = '{"version":3,"sources":[],"sections":[';

/**
 * Writes the code of all modules into one file, with a map, and the table that tells which is which.
 *
 * @param folder - where to
 * @param base - the folder that the paths in the build are relative to
 */
export function writeBundle(
  { modules }: ModuleGraph,
  { folder, base, program }: { folder: string; base: string; program: string },
): void {
  const indices = new Map(modules.map(({ file }, index) => [file, index]));
  const parts = new BundleParts();
  const listed = modules.map((module): BundledModule => {
    const path = toRepositoryPath(module.file, base);
    const targets = toTargets(module, indices, base);
    const place = module.isLoaded ? parts.add(module, toMap(module, base)) : parts.addLater(module);
    return { kind: module.kind, path, targets, ...place };
  });
  const table: ModuleTable = {
    node: process.version,
    program: indices.get(program)!,
    modules: listed,
  };
  const { code, later, map } = parts.toTexts();
  writeFileSync(join(folder, BUNDLE_FILES.code), code);
  writeFileSync(join(folder, BUNDLE_FILES.later), later);
  writeFileSync(join(folder, BUNDLE_FILES.map), map);
  writeFileSync(join(folder, BUNDLE_FILES.modules), JSON.stringify(table));
}

type Code = Pick<GraphModule, 'code'>;

/** The texts of a bundle as they grow, and where in them each module is. */
class BundleParts {
  readonly #code = [HEAD];
  readonly #later: string[] = [];
  readonly #sections: string[] = [];
  /** The line that comes next, counted from 0. */
  #line = 1;
  /** The lengths of what is there, in bytes; all code is ASCII. */
  #laterLength = 0;
  #mapLength = MAP_HEAD.length;

  add({ code }: Code, map: SourceMap): Pick<BundledModule, 'line' | 'map'> {
    const comma = this.#sections.length > 0 ? ',' : '';
    const head = `${comma}{"offset":{"line":${this.#line},"column":0},"map":`;
    const text = JSON.stringify(map);
    const length = Buffer.byteLength(text);
    const place = {
      line: this.#line + 1,
      map: [this.#mapLength + head.length, length] satisfies [number, number],
    };
    this.#sections.push(`${head}${text}}`);
    this.#mapLength += head.length + length + 1;
    this.#code.push(code, ',\n');
    this.#line += countLines(code) + 1;
    return place;
  }

  addLater({ code }: Code): Pick<BundledModule, 'later'> {
    const offset = this.#laterLength;
    this.#later.push(code);
    this.#laterLength += code.length;
    return { later: [offset, code.length] };
  }

  toTexts(): { code: string; later: string; map: string } {
    const end = `${TELL_NAME}\n];\n//# sourceMappingURL=${BUNDLE_FILES.map}\n`;
    return {
      code: [...this.#code, end].join(''),
      later: this.#later.join(''),
      map: [MAP_HEAD, ...this.#sections, ']}'].join(''),
    };
  }
}

function toTargets(
  { targets }: GraphModule,
  indices: ReadonlyMap<string, number>,
  base: string,
): BundledModule['targets'] {
  const entries = [...targets].map(([request, file]) => [
    request,
    indices.get(file) ?? toRepositoryPath(file, base),
  ]);
  return Object.fromEntries(entries) as BundledModule['targets'];
}

function toMap({ map }: GraphModule, base: string): SourceMap {
  const { names, mappings } = map;
  const sources = map.sources.map((file) => toRepositoryPath(file, base));
  return { version: 3, sources, names, mappings };
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
