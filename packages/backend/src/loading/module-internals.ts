import Module from 'node:module';

/** A CommonJS module, with what Node's types leave out. */
export type CommonJsModule = NodeJS.Module & {
  _compile(content: string, filename: string, format?: string): unknown;
};

/**
 * What Node leaves open of its CommonJS loader for tools such as compilers; the types leave it out.
 * Kept by Node for their sake since its first versions.
 */
export const loader = Module as unknown as {
  prototype: Pick<CommonJsModule, '_compile' | 'require'>;
  wrapper: [prefix: string, suffix: string];
  wrap(content: string): string;
  _cache: NodeJS.Dict<NodeJS.Module>;
  _extensions: NodeJS.Dict<unknown>;
  _load(request: string, parent: NodeJS.Module | undefined, isMain?: boolean): unknown;
  _resolveFilename(
    request: string,
    parent: NodeJS.Module | undefined,
    isMain?: boolean,
    options?: { paths?: string[] },
  ): string;
  _resolveLookupPaths(request: string, parent: NodeJS.Module): string[] | null;
};

/** The `require` that a module is given. */
export function createModuleRequire(module: CommonJsModule): NodeJS.Require {
  const require = (id: string) => module.require(id);
  const resolve = (request: string, options?: { paths?: string[] }) =>
    loader._resolveFilename(request, module, false, options);
  resolve.paths = (request: string) => loader._resolveLookupPaths(request, module);
  return Object.assign(require, {
    resolve,
    main: process.mainModule,
    extensions: loader._extensions,
    cache: loader._cache,
  }) as NodeJS.Require;
}
