import type { Config } from '../config.js';
import type { ConfigVisibility } from './json-schema.js';
import { describeKeys, type DescribedKey } from './describe-keys.js';
import { findProblems, type ConfigProblem } from './find-problems.js';
import { findVisibleKeys } from './find-visible-keys.js';
import { schemaErrors } from './errors.js';
import { toDocument, type ConfigSchemaDocument } from './to-document.js';
import type { ReadSchemas } from './package-schema.js';
import { SchemaLevel } from './schema-level.js';

/**
 * What all installed packages say of the configuration.
 *
 * @public
 */
export class ConfigSchema {
  readonly #read: ReadSchemas;
  readonly #root: SchemaLevel;

  /** @internal */
  constructor(read: ReadSchemas) {
    this.#read = read;
    this.#root = SchemaLevel.ofRoot(read.schemas);
  }

  /** The packages that say something: `@scope/name@1.2.3`. */
  get packages(): string[] {
    return this.#read.schemas.map((each) => each.package);
  }

  /**
   * What is wrong with the packages themselves: a schema that cannot be read, two that differ in who
   * may see a value. None of it is a reason not to start.
   */
  get warnings(): ConfigProblem[] {
    const unreadable = this.#read.unreadable.map((each) => ({
      packages: [each.package],
      error: schemaErrors.unreadable(each.package, each.path, each.reason),
    }));
    const conflicts = this.#read.conflicts.map(({ key, packages, told, chosen }) => ({
      key,
      packages,
      error: schemaErrors.visibility(key, told, chosen),
    }));
    return [...unreadable, ...conflicts].map((each) => ({ severity: 'warning', ...each }));
  }

  /**
   * Finds everything that is wrong with a configuration: values that cannot be as errors; keys that
   * are probably misspelt, and required ones that are missing, as warnings. With
   * `backend.config.onInvalid: warn`, all are warnings.
   */
  validate(config: Config): ConfigProblem[] {
    return findProblems(config, this.#read.schemas, this.#root);
  }

  /** The full keys of the values in a configuration that are declared to be seen by these alone. */
  findByVisibility(config: Config, visibility: ConfigVisibility): string[] {
    return findVisibleKeys(config.getOptional() ?? {}, this.#root, visibility);
  }

  /** Every key that is declared, in order, for a page of documentation. */
  describe(): DescribedKey[] {
    return describeKeys(this.#root);
  }

  /** One JSON schema of everything, for editors; each place names the packages that declare it. */
  toJSON(): ConfigSchemaDocument {
    return toDocument(this.#root);
  }
}
