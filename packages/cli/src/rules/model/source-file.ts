import { extname } from 'node:path';
import { parseSync, type ParseResult, type ParserOptions } from 'oxc-parser';
import { LineIndex } from './line-index.js';
import { parseSpecifier, type Specifier } from './specifier.js';
import { readCreations, type Creation } from './read-creations.js';
import { findUsedNames } from './find-used-names.js';
import { readCommonJs } from './read-common-js.js';

/**
 * What a file is for: what it gives to others and runs (`runtime`), tests and development set-ups
 * (`test`), or scripts and configuration of tools (`tool`).
 */
export type SourceKind = 'runtime' | 'test' | 'tool';

/** A name that an import brings in. */
export type ImportedName = { imported: string; local: string };

/** An import, in whatever form: `import`, `export … from`, `import()`, `require`, a type. */
export type Import = {
  specifier: string;
  target: Specifier;
  line: number;
  /** Whether it is written as a type, and so leaves no trace in the JavaScript. */
  isType: boolean;
  names: ImportedName[];
};

/** Something that a file exports. */
export type Export = {
  /** `default`, a name, or `*` for all that another file exports. */
  name: string;
  line: number;
  isType: boolean;
  /** The file or package that it is taken from. */
  from?: string;
  /** What it is called there, or in this file; absent for an expression. */
  source?: string;
};

/** Whose code can create a feature or an extension point. */
const CREATES =
  /\bcreate(?:Backend(?:Plugin|Module|FeatureLoader)|ExtensionPoint|Service(?:Ref|Factory))\b/;

/** Forms of imports that the list of a module's imports does not have. */
const OTHER_FORMS = /\brequire\b|\bimport\s*\(/;

/** What is read of a file. */
type Facts = {
  imports: readonly Import[];
  exports: readonly Export[];
  creations: readonly Creation[];
  syntaxError: { line: number; message: string } | undefined;
};

/** A file of source code, parsed when it is first asked for what is in it. */
export class SourceFile {
  kind: SourceKind = 'runtime';
  readonly #lines: LineIndex;
  #facts: Facts | undefined;
  #usedNames: ReadonlySet<string> | undefined;

  /**
   * @param file - relative to the root of the repository
   * @param path - relative to its package
   */
  constructor(
    readonly file: string,
    readonly path: string,
    readonly text: string,
  ) {
    this.#lines = new LineIndex(text);
  }

  get imports(): readonly Import[] {
    return this.#read().imports;
  }

  get exports(): readonly Export[] {
    return this.#read().exports;
  }

  /** The features, extension points and services that it creates. */
  get creations(): readonly Creation[] {
    return this.#read().creations;
  }

  /** The first error of its syntax. */
  get syntaxError(): Facts['syntaxError'] {
    return this.#read().syntaxError;
  }

  lineAt(offset: number): number {
    return this.#lines.lineAt(offset);
  }

  /**
   * Whether an import is needed when the code runs. One whose names are only used as types is not:
   * compilers of TypeScript drop it.
   */
  isNeededToRun({ isType, names }: Import): boolean {
    if (isType) return false;
    if (names.length === 0 || !/\.[cm]?tsx?$/.test(this.file)) return true;
    const used = (this.#usedNames ??= findUsedNames(this.#parse().program));
    return names.some(({ local }) => local === '' || used.has(local));
  }

  /**
   * What declares a name, or the default export where none is given, if it is a function or a class.
   */
  findDeclaration(name: string | undefined): 'function' | 'class' | undefined {
    for (const statement of this.#parse().program.body) {
      const isDefault = statement.type === 'ExportDefaultDeclaration';
      const declared =
        isDefault || statement.type === 'ExportNamedDeclaration'
          ? statement.declaration
          : statement;
      if (declared?.type !== 'FunctionDeclaration' && declared?.type !== 'ClassDeclaration')
        continue;
      const isMeant = name === undefined ? isDefault : declared.id?.name === name;
      if (isMeant) return declared.type === 'ClassDeclaration' ? 'class' : 'function';
    }
    return undefined;
  }

  /** Trees are large, so none is kept: a second one is only asked for where something is wrong. */
  #parse(): ParseResult {
    return parseSync(this.file, this.text, { lang: toLanguage(this.file) });
  }

  #read(): Facts {
    return (this.#facts ??= this.#readFacts());
  }

  #readFacts(): Facts {
    const parsed = this.#parse();
    const { module, errors } = parsed;
    const [error] = errors;
    const creates = CREATES.test(this.text) && !error;
    return {
      imports: [...this.#readImports(module), ...this.#readOtherImports(parsed)],
      exports: this.#readExports(module),
      creations: creates ? readCreations(parsed.program, (offset) => this.lineAt(offset)) : [],
      syntaxError: error && {
        line: this.lineAt(error.labels[0]?.start ?? 0),
        message: error.message,
      },
    };
  }

  #readImports({ staticImports, staticExports, dynamicImports }: ParseResult['module']): Import[] {
    const found = staticImports.map(({ start, moduleRequest, entries }) =>
      this.#toImport(moduleRequest.value, start, {
        isType: entries.length > 0 && entries.every((each) => each.isType),
        names: entries
          .filter((each) => !each.isType)
          .map(({ importName, localName }) => ({
            imported: importName.kind === 'Name' ? importName.name! : toWord(importName.kind),
            local: localName.value,
          })),
      }),
    );
    const passedOn = staticExports.flatMap(({ start, entries }) => {
      const [first] = entries.filter(({ moduleRequest }) => moduleRequest !== null);
      if (!first) return [];
      const isType = entries.every((each) => each.isType);
      const names = entries
        .filter((each) => each.importName.kind === 'Name' && !each.isType)
        .map((each) => ({ imported: each.importName.name!, local: '' }));
      return [this.#toImport(first.moduleRequest!.value, start, { isType, names })];
    });
    const dynamic = dynamicImports.flatMap(({ start, moduleRequest }) => {
      const text = this.text.slice(moduleRequest.start, moduleRequest.end);
      const [, specifier] = /^['"`]([^'"`$]+)['"`]$/.exec(text.trim()) ?? [];
      return specifier === undefined ? [] : [this.#toImport(specifier, start)];
    });
    return [...found, ...passedOn, ...dynamic];
  }

  #readOtherImports(parsed: ParseResult): Import[] {
    // The tree is only made where it is asked for.
    if (!OTHER_FORMS.test(this.text)) return [];
    return readCommonJs(parsed.program).map(({ specifier, start, isType }) =>
      this.#toImport(specifier, start, { isType }),
    );
  }

  #toImport(specifier: string, start: number, rest: Partial<Import> = {}): Import {
    const line = this.lineAt(start);
    return {
      specifier,
      target: parseSpecifier(specifier),
      line,
      isType: false,
      names: [],
      ...rest,
    };
  }

  #readExports({ staticExports }: ParseResult['module']): Export[] {
    return staticExports.flatMap(({ entries }) =>
      entries.map(({ start, moduleRequest, importName, exportName, localName, isType }) => {
        const source = moduleRequest ? importName.name : localName.name;
        return {
          name: exportName.kind === 'None' ? '*' : (exportName.name ?? 'default'),
          line: this.lineAt(start),
          isType,
          ...(moduleRequest && { from: moduleRequest.value }),
          ...(source != null && { source }),
        };
      }),
    );
  }
}

function toWord(kind: string): string {
  return kind === 'Default' ? 'default' : '*';
}

function toLanguage(file: string): NonNullable<ParserOptions['lang']> {
  switch (extname(file)) {
    case '.tsx':
      return 'tsx';
    case '.ts':
    case '.mts':
    case '.cts':
      return 'ts';
    default:
      return 'jsx'; // as bundlers of the field take all of their JavaScript
  }
}
