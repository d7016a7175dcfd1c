import { createRequire } from 'node:module';
import type * as Generator from 'ts-json-schema-generator';
import type { JsonSchema } from './json-schema.js';

const require = createRequire(import.meta.url);

/** The name that a schema in types is exported by. */
const ROOT = 'Config';

/** The words of the ecosystem, as tags of comments. */
const TAGS = ['visibility', 'deepVisibility', 'deprecated', 'itemsVisibility'];

// `@items.visibility` reads as the tag `items` to the compiler, and would replace the items.
const ITEMS_TAG = /@items\.visibility\b/g;

/** A file of types as a schema, or why there is none. @public */
export type Conversion = { readonly schema: JsonSchema } | { readonly reason: string };

/**
 * Converts files of types that export `Config` to JSON schemas, by path. One that cannot be
 * converted says why, and the others are converted all the same.
 *
 * @remarks
 * A compiler is loaded for it, which takes hundreds of milliseconds: all files share one run of it.
 *
 * @param paths - absolute paths of files that end with `.d.ts`
 * @public
 */
export async function convertTypes(paths: readonly string[]): Promise<Map<string, Conversion>> {
  try {
    return await convertTogether(paths);
  } catch (error) {
    const reason = `the converter does not work, ${reasonOf(error)}`;
    return new Map(paths.map((path) => [path, { reason }]));
  }
}

async function convertTogether(paths: readonly string[]): Promise<Map<string, Conversion>> {
  const generator = await import('ts-json-schema-generator');
  // The compiler that the generator itself uses: the nodes of another would be strange to it.
  const compiler = createRequire(require.resolve('ts-json-schema-generator'))(
    'typescript',
  ) as Compiler;
  const program = createProgram(compiler, paths);
  const config: Generator.CompletedConfig = {
    ...generator.DEFAULT_CONFIG,
    expose: 'none',
    topRef: false,
    jsDoc: 'extended',
    extraTags: TAGS,
    additionalProperties: true,
    skipTypeCheck: true,
    functions: 'hide',
    encodeRefs: false,
  };
  const convert = (path: string): Conversion => {
    try {
      const parser = generator.createParser(program, config);
      const formatter = generator.createFormatter(config);
      const schemas = new generator.SchemaGenerator(program, parser, formatter, config);
      const schema = schemas.createSchemaFromNodes([findRoot(program, path)]);
      return { schema: withItemsVisibility(schema) as JsonSchema };
    } catch (error) {
      return { reason: reasonOf(error) };
    }
  };
  return new Map(paths.map((path) => [path, convert(path)]));
}

type Program = ConstructorParameters<typeof Generator.SchemaGenerator>[0];
type Node = Parameters<Generator.SchemaGenerator['createSchemaFromNodes']>[0][number];
type SourceFile = NonNullable<ReturnType<Program['getSourceFile']>>;

/** What is used of the compiler; its own types belong to a version that is not ours. */
type Compiler = {
  createCompilerHost(options: object): { readFile(path: string): string | undefined };
  createProgram(paths: readonly string[], options: object, host: object): Program;
  ScriptTarget: { ES2022: number };
  ModuleKind: { ESNext: number };
  ModuleResolutionKind: { Bundler: number };
};

function createProgram(compiler: Compiler, paths: readonly string[]): Program {
  const options = {
    target: compiler.ScriptTarget.ES2022,
    module: compiler.ModuleKind.ESNext,
    moduleResolution: compiler.ModuleResolutionKind.Bundler,
    lib: ['lib.es2022.d.ts'],
    types: [],
    noEmit: true,
    skipLibCheck: true,
    strict: true,
  };
  const host = compiler.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  const wanted = new Set(paths);
  host.readFile = (path) => {
    const text = readFile(path);
    return wanted.has(path) ? text?.replace(ITEMS_TAG, '@itemsVisibility') : text;
  };
  return compiler.createProgram(paths, options, host);
}

function findRoot(program: Program, path: string): Node {
  const file = program.getSourceFile(path);
  const [mistake] = file ? program.getSyntacticDiagnostics(file) : [];
  if (file && mistake) throw new Error(`line ${lineOf(file, mistake.start)} is not TypeScript`);
  const root = file?.statements.find(
    (statement) => (statement as { name?: { text?: string } }).name?.text === ROOT,
  );
  if (!root) throw new Error(`it does not declare an interface ${ROOT}`);
  return root;
}

function lineOf(file: SourceFile, start: number | undefined): number {
  return file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
}

/** Puts `itemsVisibility` of an array where a reader of schemas looks for it: at its items. */
function withItemsVisibility(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withItemsVisibility);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, withItemsVisibility(entry)]),
  );
  const { itemsVisibility, items, ...rest } = copy;
  // It may also be the name of a property, with a schema.
  if (typeof itemsVisibility !== 'string') return copy;
  return { ...rest, items: { ...(items as object | undefined), visibility: itemsVisibility } };
}

function reasonOf(error: unknown): string {
  const { message } = error instanceof Error ? error : { message: String(error) };
  return message.split('\n')[0] ?? message;
}
