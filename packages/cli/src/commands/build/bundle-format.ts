/** Files of a build, in its folder. */
export const BUNDLE_FILES = {
  /** The program: what Node is called with. */
  entry: 'index.cjs',
  /** The code of all bundled modules, one function each. */
  code: 'backend.cjs',
  /** The code of modules that are not loaded at the start, read one by one. */
  later: 'later.js',
  map: 'backend.cjs.map',
  /** What V8 made of the code. */
  cache: 'backend.cache',
  /** Which module is which function, and what its requests lead to. */
  modules: 'modules.json',
  manifest: 'manifest.json',
} as const;

/**
 * What a bundled module is: CommonJS, JSON, an ES module, one that waits at its top level (or for one
 * that does), or a source with the syntax of ES modules that runs as CommonJS, as compilers have it.
 */
export type ModuleKind = 'cjs' | 'json' | 'esm' | 'async' | 'mixed';

/** What a request leads to: a bundled module by its index, or a file by its path in the build. */
export type Target = number | string;

/** One bundled module. */
export type BundledModule = {
  kind: ModuleKind;
  /** Relative to the folder of the build, with slashes. */
  path: string;
  /** By what is imported or required, as it is written. */
  targets: Record<string, Target>;
  /** The first line of its code in the bundle, counted from 1; absent for those that come later. */
  line?: number;
  /** Where its source map begins in the map of the bundle, and its length, in bytes. */
  map?: [offset: number, length: number];
  /** Where its code begins in the file of those that come later, and its length, in bytes. */
  later?: [offset: number, length: number];
};

/** `modules.json`. */
export type ModuleTable = {
  /** The Node that the cache was made with. */
  node: string;
  /** The index of the program. */
  program: number;
  modules: BundledModule[];
};

/** A place in a file; line and column are counted from 1. */
export type Place = { file: string; line: number; column: number };

/** A build that runs, for whoever makes it and for those who tell places in code. */
export type BuiltProgram = {
  table: ModuleTable;
  root: string;
  /** What `backend.cjs` was made to, for its cache; absent where Node reads source maps. */
  script?: { createCachedData(): Buffer };
  /** The paths of the ES modules that were evaluated. */
  listEvaluated(): string[];
  /** The place in a file of a package that a place in the bundle was; undefined for all others. */
  locate(place: Place): { file: string; line: number } | undefined;
};

/** Where a running build is found, on globalThis. */
export const BUILT_PROGRAM = Symbol.for('@stagewire/built-program');
