import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  FEATURE_ORIGIN,
  toOriginalPlace,
  type FeatureOriginHint,
} from '@stagewire/plugin-api/internal';

/** Where a feature came from, as far as it can be found. */
export type Origin = {
  /** The package that holds the feature. */
  package?: { name: string; version?: string };
  /** `file:line` of what made the feature, or else of the `add` call that brought it. */
  location?: string;
  /** `file:line` of the `add` call. */
  added?: string;
  /** Position of the `add` call, counted from 0; absent for features that nobody added by hand. */
  index?: number;
  /** Description of the feature loader that returned it. */
  loader?: string;
  /** The plugin or module that it is about, where a feature holds several. */
  unit?: string;
  /** Paths of all files that had a part in making the feature; absent where they are not known. */
  files?: string[];
};

/** Remembers where `backend.add` was called; the text is only made when somebody asks. */
export type CallSite = { stack?: string };

/**
 * Takes a note of a caller, for the price of a few stack frames.
 *
 * @param depth - how many callers above the function that calls this one
 */
export function takeCallSite(depth: number): CallSite {
  const site: CallSite = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = depth + 1;
  Error.captureStackTrace(site, takeCallSite);
  Error.stackTraceLimit = limit;
  return site;
}

/** Writes a call site as `file:line`, relative to the working directory where it is below it. */
export function toLocation(site: CallSite): string | undefined {
  const place = toPlace(site);
  return place && shortLocation(place);
}

/** The file and line of a call site. */
export function toPlace(site: CallSite): { file: string; line: number } | undefined {
  const frame = site.stack?.trimEnd().split('\n').at(-1) ?? '';
  const found = /\(?((?:file:|\/|[A-Za-z]:\\)[^()]*):(\d+):(\d+)\)?$/.exec(frame);
  if (!found) return undefined;
  const [, file = '', line, column] = found;
  return toOriginalPlace({ file: toPath(file), line: Number(line), column: Number(column) });
}

/** Without the query by which a module is loaded anew. */
function toPath(file: string): string {
  return file.startsWith('file:') ? fileURLToPath(file) : file.replace(/\?.*$/, '');
}

/** Writes a place as `file:line`, relative to the working directory where it is below it. */
export function shortLocation({ file, line }: { file: string; line: number }): string {
  const path = toPath(file);
  const here = `${process.cwd()}/`;
  return `${path.startsWith(here) ? path.slice(here.length) : path}:${line}`;
}

/** Writes an origin for a person: `@scope/plugin-x-backend@1.2.3, src/index.ts:7`. */
export function formatOrigin(origin: Origin): string {
  const parts = [];
  if (origin.package) {
    const { name, version } = origin.package;
    parts.push(version ? `${name}@${version}` : name);
  }
  if (origin.loader) parts.push(`from feature loader ${origin.loader}`);
  if (origin.location) parts.push(origin.location);
  if (origin.added && origin.added !== origin.location) parts.push(`added at ${origin.added}`);
  if (parts.length === 0 && origin.index !== undefined) parts.push(`features[${origin.index}]`);
  if (origin.unit) parts.push(`for ${origin.unit}`);
  return parts.join(', ') || 'the backend itself';
}

/**
 * Finds the packages that features come from: by the note that our own plugin API leaves on a
 * feature, or else by looking for the module of this process that exports it.
 */
export class PackageFinder {
  private readonly byDirectory = new Map<string, Origin['package'] | undefined>();
  private exportedBy: Map<unknown, string> | undefined;
  /** How many modules there were when they were listed. */
  private listed = 0;

  /** Completes an origin with the package of a feature; never throws. */
  complete(feature: object, origin: Origin): Origin {
    const hint = readHint(feature);
    const file = hint?.file ?? this.findExporter(feature);
    if (!file) return origin;
    const found = this.findPackage(dirname(file));
    const location = hint ? shortLocation(hint) : origin.location;
    const files = hint ? [hint.file, ...(hint.via ?? [])] : [file];
    return {
      ...origin,
      ...(found && { package: found }),
      ...(location && { location }),
      files: files.map(toPath),
    };
  }

  private findExporter(feature: object): string | undefined {
    const found = this.exportedBy?.get(feature);
    if (found) return found;
    // Feature loaders may have brought more modules since.
    const count = countModules();
    if (count !== this.listed) this.exportedBy = listDefaultExports();
    this.listed = count;
    return this.exportedBy?.get(feature);
  }

  private findPackage(directory: string): Origin['package'] | undefined {
    if (this.byDirectory.has(directory)) return this.byDirectory.get(directory);
    const manifest = join(directory, 'package.json');
    const parent = dirname(directory);
    const found =
      readManifest(manifest) ?? (parent === directory ? undefined : this.findPackage(parent));
    this.byDirectory.set(directory, found);
    return found;
  }
}

function readHint(feature: object): FeatureOriginHint | undefined {
  try {
    const hint = (feature as { [FEATURE_ORIGIN]?: FeatureOriginHint })[FEATURE_ORIGIN];
    return typeof hint?.file === 'string' ? hint : undefined;
  } catch {
    return undefined; // a proxy or getter throws: such a feature does not tell where it was made
  }
}

const countModules = () => Object.keys(createRequire(import.meta.url).cache).length;

/** All default exports of the CommonJS modules of this process; published plugins are of that kind. */
function listDefaultExports(): Map<unknown, string> {
  const exportedBy = new Map<unknown, string>();
  const { cache } = createRequire(import.meta.url);
  for (const [file, module] of Object.entries(cache)) {
    try {
      const { exports } = module ?? {};
      if (exports && Object.hasOwn(exports, 'default')) exportedBy.set(exports.default, file);
    } catch {
      // A getter of somebody's module throws: that module does not tell what it exports.
    }
  }
  return exportedBy;
}

function readManifest(path: string): Origin['package'] | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { name, version } = JSON.parse(readFileSync(path, 'utf8'));
    // A manifest without a name only marks the kind of modules in a folder.
    return typeof name === 'string' ? { name, ...(version && { version }) } : undefined;
  } catch {
    return undefined;
  }
}
