import { readFileSync } from 'node:fs';
import type * as YamlModule from 'yaml';
import type { Document, LineCounter, Node, Pair } from 'yaml';
import type { Path } from './config-key.js';
import { displayPath } from './display-path.js';
import { configErrors } from './errors.js';
import type { JsonValue } from './json.js';

/** The parser. It is handed in, because it is loaded only where files are read. */
export type Yaml = typeof YamlModule;

/** Reads a text file; undefined when there is none. Other failures are thrown as they are. */
export function readTextIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/**
 * The text of one YAML or JSON file. Keeps the text, and parses it a second time when somebody
 * asks for a position: keeping the syntax tree would cost memory for a question that is hardly
 * ever asked.
 */
export class ConfigFile {
  #tree: { document: Document; lines: LineCounter } | undefined;

  /** @param path - absolute, or a URL */
  constructor(
    readonly path: string,
    readonly text: string,
    readonly yaml: Yaml,
  ) {}

  /**
   * The data in the file; null when it is empty.
   *
   * @throws `E_CONFIG_SYNTAX` with line, column and the parser's reason
   */
  parse(): JsonValue {
    const { document, lines } = this.#readTree();
    const [error] = document.errors;
    if (error) {
      // Behind a colon, the parser quotes the text, which may be a secret.
      const reason = error.message.replace(/: .*$/s, '');
      throw this.#syntaxError(reason, lines.linePos(error.pos[0]));
    }
    try {
      return document.toJS() as JsonValue;
    } catch (failure) {
      // Aliases are followed only now: one may lead nowhere, or to a bomb.
      const offset = findDeadAlias(this.yaml, document);
      const position = offset === undefined ? undefined : lines.linePos(offset);
      throw this.#syntaxError((failure as Error).message, position);
    }
  }

  /** Names the place of a value: `app-config.yaml:12`; undefined when it is not in this file. */
  locate(path: Path): string | undefined {
    this.#tree ??= this.#readTree();
    const offset = findOffset(this.yaml, this.#tree.document, path);
    if (offset === undefined) return undefined;
    return `${displayPath(this.path)}:${this.#tree.lines.linePos(offset).line}`;
  }

  #readTree() {
    const lines = new this.yaml.LineCounter();
    const options = { lineCounter: lines, prettyErrors: false, logLevel: 'error' } as const;
    try {
      return { document: this.yaml.parseDocument(this.text, options), lines };
    } catch (failure) {
      // The parser tells mistakes in the document; what it throws is the end of its stack.
      throw this.#syntaxError((failure as Error).message);
    }
  }

  #syntaxError(reason: string, position?: { line: number; col: number }) {
    const name = displayPath(this.path);
    if (!position) return configErrors.syntax(this.path, '', reason, `correct ${name}`);
    const { line, col } = position;
    // The key and not the value: it may be a secret, and this is told before any is known.
    const key = /^[\s-]*([\w.$'"-]+:)/.exec(this.text.split('\n')[line - 1] ?? '')?.[1];
    const fix = `correct ${name}:${line}:${col}${key ? ` (${key})` : ''}`;
    return configErrors.syntax(this.path, `, line ${line}, column ${col}`, reason, fix);
  }
}

/** Where the value begins; for an object or an array, where its key does. */
function findOffset(yaml: Yaml, document: Document, path: Path): number | undefined {
  let node: unknown = document.contents;
  let start: number | undefined = 0;
  for (const part of path) {
    const holder: unknown = yaml.isAlias(node) ? node.resolve(document) : node;
    if (typeof part === 'number') {
      node = yaml.isSeq(holder) ? holder.items[part] : undefined;
      start = startOf(node);
    } else {
      const pair: Pair | undefined = yaml.isMap(holder)
        ? holder.items.find(({ key }) => nameOf(yaml, key) === part)
        : undefined;
      node = pair?.value;
      start = startOf(yaml.isScalar(node) ? node : pair?.key);
    }
    if (start === undefined) return undefined;
  }
  return start;
}

function findDeadAlias(yaml: Yaml, document: Document): number | undefined {
  let offset: number | undefined;
  yaml.visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document)) return undefined;
      offset = startOf(alias);
      return yaml.visit.BREAK;
    },
  });
  return offset;
}

function nameOf(yaml: Yaml, key: unknown): string {
  return String(yaml.isScalar(key) ? key.value : key);
}

function startOf(node: unknown): number | undefined {
  return (node as Partial<Node> | undefined)?.range?.[0];
}
