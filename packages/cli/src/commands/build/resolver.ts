import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { ResolverFactory } from 'rolldown/experimental';

/** How a module asks for another one. */
export type RequestKind = 'import' | 'require';

/** Finds the file that a request leads to, behind all links, as Node does. */
export type Resolver = {
  /** @returns undefined for what is part of Node, and for what is not there */
  find(request: string, importer: string, kind: RequestKind): string | undefined;
};

/** What tsx takes for a file of another name. */
const SOURCES_FOR = {
  '.js': ['.ts', '.tsx', '.js'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
  '.jsx': ['.tsx', '.jsx'],
};

/** @param conditions - more than those of Node, such as the one for sources */
export function createResolver(conditions: readonly string[]): Resolver {
  const shared = [...conditions, 'node', 'node-addons', 'module-sync', 'default'];
  const plain = { mainFields: ['main'], extensions: ['.js', '.json', '.node'] };
  const typed = {
    mainFields: ['main'],
    extensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.json', '.node'],
    extensionAlias: SOURCES_FOR,
  };
  const resolvers = {
    import: new ResolverFactory({ ...plain, conditionNames: ['import', ...shared] }),
    require: new ResolverFactory({ ...plain, conditionNames: ['require', ...shared] }),
    typedImport: new ResolverFactory({ ...typed, conditionNames: ['import', ...shared] }),
    typedRequire: new ResolverFactory({ ...typed, conditionNames: ['require', ...shared] }),
  };
  return {
    find(request, importer, kind) {
      if (isBuiltin(request) || request === '') return undefined;
      const isTyped = isTypeScript(importer);
      const resolver = isTyped
        ? resolvers[kind === 'import' ? 'typedImport' : 'typedRequire']
        : resolvers[kind];
      const path = resolver.sync(dirname(importer), request).path?.replace(/[?#].*$/, '');
      return path !== undefined && existsSync(path) ? path : undefined;
    },
  };
}

/** Whether a file has to be compiled before it can run. */
export function isTypeScript(path: string): boolean {
  return /\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path);
}
