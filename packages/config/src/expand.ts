import { dirname, extname, resolve } from 'node:path';
import { ConfigFile, readTextIfPresent } from './config-file.js';
import { formatPath, type Path } from './config-key.js';
import { displayPath } from './display-path.js';
import { configErrors } from './errors.js';
import { FileOrigin, type Graft } from './file-origin.js';
import type { JsonObject, JsonValue } from './json.js';
import { isObject, ownValue } from './merge.js';
import type { Absence, Substitution } from './origin.js';
import { substitute } from './substitute.js';

/** What expanding a file needs from outside. */
export type ExpandOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether values may refer to files; text from afar may not. */
  readonly includes: boolean;
  /** Gets the path of every file that is referred to, before it is read. */
  readonly looked: Set<string>;
};

/** The data of a file after everything it refers to was put in, and where that is written. */
export type ExpandedFile = { readonly data: JsonObject; readonly origin: FileOrigin };

/** Deeper than anybody nests by hand; an alias for something around itself gets here. */
const MAX_DEPTH = 100;

/** How many parts of a path an error tells. */
const MAX_PATH = 12;

const INCLUDE_EXTENSIONS = ['.json', '.yaml', '.yml'];

/**
 * Reads the data of a file and puts in what it refers to: environment variables, texts of files,
 * and parts of other files.
 *
 * @throws `E_CONFIG_SYNTAX`, `E_CONFIG_INCLUDE`, `E_CONFIG_FILE`
 */
export function expandFile(file: ConfigFile, options: ExpandOptions): ExpandedFile {
  return new Expansion(file, options).run();
}

/** A value on its way, with the file that it is written in. */
type Place = {
  /** Where the value ends up. */
  readonly at: Path;
  /** Where it is written. */
  readonly file: ConfigFile;
  readonly path: Path;
  /** The includes that led here; one that leads to itself would never end. */
  readonly includes: readonly string[];
};

class Expansion {
  readonly #files: string[];
  readonly #grafts: Graft[] = [];
  readonly #substitutions: Substitution[] = [];
  #absences: Absence[] = [];

  constructor(
    readonly file: ConfigFile,
    readonly options: ExpandOptions,
  ) {
    this.#files = [file.path];
  }

  run(): ExpandedFile {
    const { file } = this;
    const root: Place = { at: [], file, path: [], includes: [`${file.path}#`] };
    const data = this.#expand(file.parse() ?? {}, root) ?? {};
    if (!isObject(data)) throw configErrors.notAnObject(file.path, this.#locate(root));
    return {
      data,
      origin: new FileOrigin(file, this.#files, this.#grafts, this.#substitutions, this.#absences),
    };
  }

  /** The value with everything put in; undefined when it is to be treated as absent. */
  #expand(value: JsonValue, place: Place): JsonValue | undefined {
    if (place.at.length > MAX_DEPTH) {
      throw this.#refuse(place, `nested more than ${MAX_DEPTH} levels deep`, 'nest less');
    }
    if (typeof value === 'string') return this.#expandText(value, place);
    if (Array.isArray(value)) return this.#expandArray(value, place);
    if (!isObject(value)) return value;
    const include = Object.keys(value).find((key) => key.startsWith('$'));
    if (include !== undefined) return this.#include(include, value, place);
    return this.#expandObject(value, place);
  }

  #expandObject(object: JsonObject, place: Place): JsonObject {
    const expanded: JsonObject = {};
    for (const [key, value] of Object.entries(object)) {
      // Assigning it would replace the prototype, and no reader can ask for it.
      if (value === undefined || key === '__proto__') continue;
      const result = this.#expand(value, step(place, key));
      if (result !== undefined) expanded[key] = result;
    }
    return expanded;
  }

  #expandArray(array: JsonValue[], place: Place): JsonValue[] {
    const expanded: JsonValue[] = [];
    for (const [index, value] of array.entries()) {
      // An absent element is dropped, and the rest moves up.
      const at = [...place.at, expanded.length];
      const element = { ...step(place, index), at };
      if (index !== expanded.length) this.#grafts.push(element);
      const result = this.#expand(value, element);
      if (result !== undefined) expanded.push(result);
      else this.#forgetAbsence(at);
    }
    return expanded;
  }

  #expandText(text: string, place: Place): string | undefined {
    const { value, inserted, names, missing } = substitute(text, this.options.env);
    if (missing.length > 0) this.#noteUnsetVariables(missing, place);
    if (value !== undefined && inserted.length > 0) {
      const from = names.map((name) => `environment variable ${name}`);
      this.#substitutions.push({ key: formatPath(place.at), value, inserted, from });
    }
    return value;
  }

  #include(directive: string, object: JsonObject, place: Place) {
    if (Object.keys(object).length > 1) {
      const reason = `include key ${directive} should not have adjacent keys`;
      throw this.#refuse(place, reason, `move the other keys away from ${directive}`);
    }
    const operand = this.#readOperand(directive, object[directive], place);
    if (operand === undefined) return undefined;
    if (directive === '$env') return this.#includeVariable(operand, place);
    if (!this.options.includes || (directive !== '$file' && directive !== '$include')) {
      const allowed = this.options.includes ? '$env, $file and $include' : '$env';
      throw this.#refuse(place, `unknown include ${directive}`, `use one of ${allowed}`);
    }
    if (directive === '$file') return this.#includeText(operand, place);
    return this.#includeData(operand, place);
  }

  /** What a directive refers to; variables can stand in it, too. */
  #readOperand(directive: string, operand: JsonValue | undefined, place: Place) {
    if (typeof operand !== 'string') {
      throw this.#refuse(
        place,
        `${directive} include value is not a string`,
        `write a string after ${directive}`,
      );
    }
    const { value, missing } = substitute(operand, this.options.env);
    if (missing.length > 0) this.#noteUnsetVariables(missing, place);
    return value;
  }

  #includeVariable(name: string, place: Place): string | undefined {
    const value = this.options.env[name]?.trim();
    if (value === undefined) this.#noteUnsetVariables([name], place);
    else this.#noteSubstitution(value, `environment variable ${name}`, place);
    return value;
  }

  #includeText(operand: string, place: Place): string | undefined {
    const path = resolve(dirname(place.file.path), operand);
    const text = this.#readIncluded(path, place)?.trimEnd();
    if (text === undefined) {
      const problem = `file ${displayPath(path)} does not exist`;
      this.#noteAbsence('file', problem, 'create it, or name another one', place);
    } else {
      this.#noteSubstitution(text, `file ${displayPath(path)}`, place);
    }
    return text;
  }

  #includeData(operand: string, place: Place): JsonValue | undefined {
    const [fileName = '', dataPath = ''] = operand.split(/#(.*)/s);
    const file = this.#readIncludedFile(fileName, place);
    const include = `${file.path}#${dataPath}`;
    if (place.includes.includes(include)) {
      throw this.#refuse(place, `${operand} includes itself`, 'undo the circle of includes');
    }

    const path = dataPath ? dataPath.split('.') : [];
    const value = path.reduce<JsonValue | undefined>(
      (parent, part) => (isObject(parent) ? ownValue(parent, part) : undefined),
      file.parse(),
    );
    if (value === undefined) {
      const reason = `there is no value at '${dataPath}' in included file "${file.path}"`;
      const remedy = `add it to ${displayPath(file.path)}, or change the path after #`;
      throw this.#refuse(place, reason, remedy);
    }
    const target: Place = { at: place.at, file, path, includes: [...place.includes, include] };
    this.#grafts.push(target);
    return this.#expand(value, target);
  }

  #readIncludedFile(fileName: string, place: Place): ConfigFile {
    const path = resolve(dirname(place.file.path), fileName);
    if (!INCLUDE_EXTENSIONS.includes(extname(path).toLowerCase())) {
      const reason = `no configuration parser available for included file ${fileName}`;
      const remedy = `name a file that ends in ${INCLUDE_EXTENSIONS.join(', ')}`;
      throw this.#refuse(place, reason, remedy);
    }
    const text = this.#readIncluded(path, place);
    if (text === undefined) {
      const reason = `included file "${path}" does not exist`;
      throw this.#refuse(place, reason, `create ${displayPath(path)}, or name another file`);
    }
    return new ConfigFile(path, text, this.file.yaml);
  }

  /** The text of a file; it is watched from now on, also when it is not there yet. */
  #readIncluded(path: string, place: Place): string | undefined {
    if (!this.#files.includes(path)) this.#files.push(path);
    this.options.looked.add(path);
    try {
      return readTextIfPresent(path);
    } catch (error) {
      const fix = `make ${displayPath(path)} a file that this process may read`;
      throw this.#refuse(place, (error as Error).message, fix);
    }
  }

  #noteUnsetVariables(names: readonly string[], place: Place): void {
    const variables = names.map((name) => `environment variable ${name}`).join(' and ');
    const problem = `${variables} ${names.length > 1 ? 'are' : 'is'} not set`;
    this.#noteAbsence('variable', problem, 'set it, or write a default as ${NAME:-default}', place);
  }

  #noteAbsence(kind: Absence['kind'], problem: string, remedy: string, place: Place): void {
    const locate = () => this.#locate(place);
    this.#absences.push({
      key: formatPath(place.at),
      kind,
      // Found out on demand: most absences are never asked about.
      get reason() {
        return `${problem} (${locate()})`;
      },
      remedy,
    });
  }

  /** The place of a dropped element is taken by the next one. */
  #forgetAbsence(at: Path): void {
    const key = formatPath(at);
    this.#absences = this.#absences.filter((absence) => absence.key !== key);
  }

  #noteSubstitution(value: string, from: string, place: Place): void {
    const key = formatPath(place.at);
    this.#substitutions.push({ key, value, inserted: [value], from: [from] });
  }

  #refuse(place: Place, reason: string, remedy: string) {
    const at = formatPath(place.at.slice(0, MAX_PATH)) + (place.at.length > MAX_PATH ? '…' : '');
    const fix = `${remedy} (${this.#locate(place)})`;
    return configErrors.include(this.file.path, `.${at}`, reason, fix);
  }

  #locate({ file, path }: Place): string {
    return file.locate(path) ?? displayPath(file.path);
  }
}

function step(place: Place, part: string | number): Place {
  return { ...place, at: [...place.at, part], path: [...place.path, part] };
}
