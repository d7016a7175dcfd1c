import { fileURLToPath } from 'node:url';
import { makeRepository, type TempRepository } from '../temp-repository.js';

const INSTALLED = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

/** A program with a plugin of the published plugin API, a module, and a part of the stock package. */
export const STOCK_PROGRAM = `import { createBackend } from '@backstage/backend-defaults';
import { subpath } from '@backstage/backend-defaults/cache';
import { todo } from './todo';

const backend = createBackend();
backend.add(todo);
backend.add(import('./mail'));
console.log(subpath);
backend.start();
`;

/** A repository as the stock generator makes it: CommonJS TypeScript, and no package of ours. */
export function makeStockRepository(program = STOCK_PROGRAM): TempRepository {
  const folder = makeRepository({
    'package.json': '{ "name": "root", "private": true, "workspaces": ["packages/*"] }',
    'app-config.yaml': 'backend:\n  baseUrl: http://localhost:7007\n',
    'packages/backend/package.json': JSON.stringify({
      name: 'backend',
      version: '0.0.0',
      main: 'dist/index.cjs.js',
      backstage: { role: 'backend' },
      dependencies: { '@backstage/backend-defaults': '^0.10.0' },
    }),
    'packages/backend/src/index.ts': program,
    'packages/backend/src/todo.ts': PLUGIN,
    'packages/backend/src/mail.ts': MODULE,
    'node_modules/@backstage/backend-defaults/package.json': STOCK_MANIFEST,
    'node_modules/@backstage/backend-defaults/index.js': "throw new Error('not redirected');\n",
    'node_modules/@backstage/backend-defaults/cache.js': "exports.subpath = 'as it is';\n",
  });
  const api = '@backstage/backend-plugin-api';
  folder.link(`node_modules/${api}`, `${INSTALLED}/${api}`);
  return folder;
}

const STOCK_MANIFEST = JSON.stringify({
  name: '@backstage/backend-defaults',
  version: '0.10.2',
  exports: { '.': './index.js', './cache': './cache.js', './package.json': './package.json' },
});

const PLUGIN = `import {
  coreServices, createBackendPlugin, createExtensionPoint,
} from '@backstage/backend-plugin-api';

export const sources = createExtensionPoint<object>({ id: 'todo.sources' });

export const todo = createBackendPlugin({
  pluginId: 'todo',
  register(env) {
    env.registerExtensionPoint(sources, {});
    env.registerInit({
      deps: { database: coreServices.database },
      async init() { console.log('init of todo'); },
    });
  },
});
`;

const MODULE = `import { coreServices, createBackendModule } from '@backstage/backend-plugin-api';
import { sources } from './todo';

export default createBackendModule({
  pluginId: 'todo',
  moduleId: 'mail',
  register(env) {
    env.registerInit({
      deps: { sources, logger: coreServices.logger },
      async init() { console.log('init of mail'); },
    });
  },
});
`;
