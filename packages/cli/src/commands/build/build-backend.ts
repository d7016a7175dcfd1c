import {
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { CommandContext } from '../../command-context.js';
import { cliErrors } from '../../errors.js';
import { usesStockBackend } from '../../program/node-arguments.js';
import { STOCK_BACKEND } from '../../program/redirect-hooks.js';
import { isInside } from '../../repository/paths.js';
import type { Repository } from '../../repository/repository.js';
import { BUNDLE_FILES } from './bundle-format.js';
import { convertSchemas } from './convert-schemas.js';
import { copyPackages } from './copy-packages.js';
import { ExternalPackages } from './external-packages.js';
import { readGraph, type ModuleGraph } from './module-graph.js';
import { findNeededPackages } from './needed-packages.js';
import { readIntegrity } from './read-integrity.js';
import { rehearse, type Rehearsal } from './rehearse.js';
import { createResolver } from './resolver.js';
import { writeBundle } from './write-bundle.js';
import { findOwner, writeManifest, type BuildManifest } from './write-manifest.js';

export type BuildOptions = {
  repository: Repository;
  /** How the backend is called in what is told. */
  name: string;
  /** Absolute path of the program, or of the JavaScript that it was compiled to. */
  program: string;
  /** The package of the program. */
  directory: string;
  /** Whether packages of the repository are used from their sources. */
  usesSources: boolean;
  /** The command line that it is tried with. */
  args: readonly string[];
  /** Absolute path of the folder that is made. */
  out: string;
  /** Names of packages that stay whole. */
  external: readonly string[];
};

export type Build = {
  manifest: BuildManifest;
  /** Packages that stay whole, and modules that stay files; each with why. */
  whole: { name: string; reason: string }[];
  left: ModuleGraph['left'];
  /** What its backends found wrong with features and configuration when they were tried. */
  rehearsal: Rehearsal;
  /** In bytes. */
  sizes: { code: number; cache: number; files: number };
};

/**
 * Makes a folder that a backend runs from with nothing but Node. What was there before is replaced at
 * the end, and stays when anything fails.
 *
 * @throws `E_CLI_BUILD_OUT`, `E_CLI_BUILD_PROGRAM`, `E_CLI_BUILD_RUN`
 */
export async function buildBackend(options: BuildOptions, context: CommandContext): Promise<Build> {
  const { out } = options;
  assertReplaceable(out);
  const staging = `${out}.new-${process.pid}`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  try {
    // As Node sees it, or paths relative to it would lead elsewhere.
    const build = await new BackendBuild(options, realpathSync(staging), context).run();
    replaceFolder(out, staging);
    return build;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Only a former build is ever replaced. */
function assertReplaceable(out: string): void {
  if (!existsSync(out)) return;
  const isBuild =
    existsSync(join(out, BUNDLE_FILES.manifest)) && existsSync(join(out, BUNDLE_FILES.code));
  if (!isBuild && (!statSync(out).isDirectory() || readdirSync(out).length > 0)) {
    throw cliErrors.buildOut(out);
  }
}

function replaceFolder(out: string, staging: string): void {
  const old = `${out}.old-${process.pid}`;
  if (existsSync(out)) renameSync(out, old);
  renameSync(staging, out);
  rmSync(old, { recursive: true, force: true });
}

class BackendBuild {
  readonly #externals: ExternalPackages;
  readonly #redirects: ReadonlyMap<string, string>;

  constructor(
    readonly options: BuildOptions,
    readonly staging: string,
    readonly context: CommandContext,
  ) {
    this.#externals = new ExternalPackages(options.external);
    this.#redirects = findRedirects(options.program);
  }

  async run(): Promise<Build> {
    const { progress } = this.context;
    await this.#writeLoader();
    const loaded = await progress.during('finding out what it loads', () => this.#findLoaded());
    const graph = await progress.during('bundling', () => this.#readGraph(loaded.loaded));
    const { base, packages } = this.#findPackages(graph);
    this.#writeRoot(base);
    writeBundle(graph, { folder: this.staging, base, program: this.#program });
    const ignored = [this.options.out, this.staging];
    const files = copyPackages(packages, { to: this.staging, base, ignored });
    await convertSchemas(packages, { to: this.staging, base });
    const rehearsal = await progress.during('trying it', () => this.#tryBuild());
    const manifest = this.#writeManifest(graph, packages, base);
    return {
      manifest,
      whole: this.#externals.reasons.map(([folder, reason]) => ({ name: folder, reason })),
      left: graph.left,
      rehearsal,
      sizes: {
        code: this.#sizeOf('code') + this.#sizeOf('later'),
        cache: this.#sizeOf('cache'),
        files,
      },
    };
  }

  get #program(): string {
    return realpathSync(this.options.program);
  }

  #readGraph(loaded: readonly string[]): Promise<ModuleGraph> {
    const conditions = this.options.usesSources ? ['@stagewire/source'] : [];
    return readGraph({
      program: this.#program,
      loaded,
      resolver: createResolver(conditions),
      isExternal: (folder) => this.#externals.has(folder),
      redirects: this.#redirects,
    });
  }

  /** Runs the ES modules in a bundle, and everything else where it is, to see what is loaded. */
  async #findLoaded(): Promise<Rehearsal> {
    const { staging: folder, options } = this;
    const graph = await this.#readGraph([]);
    const missing = graph.left.find(({ file }) => file === this.#program);
    if (missing) throw cliErrors.buildProgram(options.program, missing.reason);
    writeBundle(graph, { folder, base: folder, program: this.#program });
    const rehearsal = await this.#rehearse();
    const [problem] = rehearsal.problems;
    if (problem) throw cliErrors.noPlan(options.name, problem);
    return { ...rehearsal, loaded: rehearsal.loaded.filter((path) => !isInside(path, folder)) };
  }

  async #tryBuild(): Promise<Rehearsal> {
    const rehearsal = await this.#rehearse();
    const [problem] = rehearsal.problems;
    if (problem) throw cliErrors.buildRun(this.options.name, problem);
    if (rehearsal.cache) writeFileSync(join(this.staging, BUNDLE_FILES.cache), rehearsal.cache);
    return rehearsal;
  }

  #rehearse(): Promise<Rehearsal> {
    const { name, args, directory } = this.options;
    return rehearse(this.staging, { program: name, args, cwd: directory }, this.context);
  }

  #findPackages(graph: ModuleGraph) {
    const owners = graph.modules.map(({ file }) => findOwner(file));
    const needed = findNeededPackages([...new Set([this.options.directory, ...owners])]);
    const packages = [...needed.values()];
    const base = findCommonFolder([
      this.options.repository.root,
      ...packages.flatMap(({ folder, links }) => [folder, ...links]),
    ]);
    return { base, packages };
  }

  /** Where configuration is looked for upwards, a build is a repository of its own. */
  #writeRoot(base: string): void {
    const { root, manifest } = this.options.repository;
    if (root !== base) return;
    const { name = 'backend', version = '0.0.0', workspaces = [] } = manifest;
    const written = { name, version, private: true, workspaces };
    writeFileSync(join(this.staging, 'package.json'), `${JSON.stringify(written, undefined, 2)}\n`);
  }

  async #writeLoader(): Promise<void> {
    // Its source, which is published: what is built of it shares parts with the command.
    const own = dirname(fileURLToPath(import.meta.resolve('@stagewire/cli/package.json')));
    const input = join(own, 'src/commands/build/runtime/loader.ts');
    const bundled = await rolldown({
      input,
      platform: 'node',
      external: /^node:/,
      tsconfig: false,
    });
    await bundled.write({ file: join(this.staging, BUNDLE_FILES.entry), format: 'cjs' });
    await bundled.close();
  }

  #writeManifest(
    graph: ModuleGraph,
    packages: Parameters<typeof writeManifest>[1],
    base: string,
  ): BuildManifest {
    const { directory, repository, external } = this.options;
    return writeManifest(graph, packages, {
      folder: this.staging,
      base,
      program: this.#program,
      external: [...external],
      isExternal: (folder) => this.#externals.has(folder),
      integrity: readIntegrity([repository.root, directory]),
    });
  }

  #sizeOf(file: keyof typeof BUNDLE_FILES): number {
    const path = join(this.staging, BUNDLE_FILES[file]);
    return existsSync(path) ? statSync(path).size : 0;
  }
}

/** A program that makes its backend with the stock package gets ours. */
function findRedirects(program: string): ReadonlyMap<string, string> {
  if (!usesStockBackend(program)) return new Map();
  const backend = realpathSync(fileURLToPath(import.meta.resolve('@stagewire/backend')));
  return new Map([[STOCK_BACKEND, backend]]);
}

function findCommonFolder(folders: readonly string[]): string {
  let common = folders[0] ?? sep;
  for (const folder of folders) {
    while (!isInside(folder, common)) common = dirname(common);
  }
  return common;
}
