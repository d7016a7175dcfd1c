import type { AppConfig, Config } from './config.js';
import { joinKeys } from './config-key.js';

/** A string that was not written as it reads: parts of it come from elsewhere. @public */
export type Substitution = {
  /** The full key of the string. */
  readonly key: string;
  /** The string as readers get it. */
  readonly value: string;
  /** What was put in: values of environment variables, or the text of a file. */
  readonly inserted: readonly string[];
  /** Where that came from, in words: `environment variable TOKEN`, `file /run/token`. */
  readonly from: readonly string[];
};

/** A value that is written down, and is absent because what it refers to is not there. @public */
export type Absence = {
  /** The full key of the value. */
  readonly key: string;
  /** Whether it refers to an environment variable or to a file. */
  readonly kind: 'variable' | 'file';
  /** What is wrong and where, in words: `environment variable TOKEN is not set (app-config.yaml:3)`. */
  readonly reason: string;
  /** What to do about it. */
  readonly remedy: string;
};

/**
 * Knows where the values of one source are written. Asked only when something has to be told to a
 * person: whatever it costs is not paid at start.
 *
 * @public
 */
export interface ConfigOrigin {
  /** The files that the source was read from, absolute, the main one first. */
  readonly files: readonly string[];
  /** The strings with substituted parts. */
  readonly substitutions: readonly Substitution[];
  /** The values that are absent because what they refer to is. */
  readonly absences: readonly Absence[];
  /** Where the value at a full key is written: `app-config.yaml:12`; undefined when it is not. */
  locate(key: string): string | undefined;
}

/** The configuration of one source, and the knowledge of where its values are written. @public */
export type LoadedConfig = AppConfig & { readonly origin: ConfigOrigin };

/** One of the sources behind a reader. */
export type TracedSource = { readonly context: string; readonly origin?: ConfigOrigin };

/** What a reader of this package tells about itself. */
export type ConfigTrace = {
  /** The full key that the reader reads under; empty at the root. */
  readonly prefix: string;
  /** The sources, highest priority first. */
  readonly sources: readonly TracedSource[];
  /** The full keys of the values that packages declare to be secret. */
  readonly secretKeys?: () => readonly string[];
};

// Registered, so that readers made by another copy of this package can be asked, too.
export const TRACE: unique symbol = Symbol.for('@stagewire/config-trace');

/** A reader that can be traced. */
export interface TraceableConfig {
  [TRACE](): ConfigTrace;
}

/**
 * Where a value is written, for error messages: `app-config.yaml:12`, or
 * `environment variable APP_CONFIG_backend_baseUrl`. Undefined when the value is not written
 * anywhere, or the reader does not know.
 *
 * @public
 */
export function locateValue(config: Config, key: string): string | undefined {
  const { prefix, sources } = traceOf(config);
  for (const { origin } of sources) {
    const location = origin?.locate(joinKeys(prefix, key));
    if (location) return location;
  }
  return undefined;
}

/** All strings with substituted parts, of all sources behind a reader. @public */
export function listSubstitutions(config: Config): Substitution[] {
  return traceOf(config).sources.flatMap(({ origin }) => origin?.substitutions ?? []);
}

/** All values that are absent because what they refer to is, of all sources. @public */
export function listAbsences(config: Config): Absence[] {
  return traceOf(config).sources.flatMap(({ origin }) => origin?.absences ?? []);
}

/**
 * The full keys of all values that installed packages declare to be secret:
 * `integrations.github[0].token`. Empty for a reader that was loaded without schemas.
 *
 * @public
 */
export function listSecretKeys(config: Config): readonly string[] {
  return traceOf(config).secretKeys?.() ?? [];
}

function traceOf(config: Config): ConfigTrace {
  return (config as Partial<TraceableConfig>)[TRACE]?.() ?? { prefix: '', sources: [] };
}
