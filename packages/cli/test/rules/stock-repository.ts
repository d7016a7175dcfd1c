// A repository as the stock create-app makes it, with one plugin of every kind of package.

const VERSION = '0.1.0';

/** The files of the repository, by path; nothing is wrong with it. */
export const STOCK_REPOSITORY: Readonly<Record<string, string>> = {
  'package.json': json({
    name: 'root',
    private: true,
    workspaces: { packages: ['packages/*', 'plugins/*'] },
    devDependencies: { '@backstage/cli': '^0.34.0', typescript: '~5.8.0' },
  }),
  'backstage.json': json({ version: '1.42.0' }),
  'tsconfig.json': json({
    extends: '@backstage/cli/config/tsconfig.json',
    include: ['packages/*/src', 'plugins/*/src', 'plugins/*/dev', 'plugins/*/migrations'],
    compilerOptions: { outDir: 'dist-types', rootDir: '.', jsx: 'react-jsx' },
  }),
  '.eslintrc.js': 'module.exports = { root: true };\n',
  ...createApp(),
  ...createBackend(),
  ...createTodo(),
  ...createTodoModule(),
  ...createBilling(),
  ...createInstalled(),
};

function createApp() {
  return {
    'packages/app/package.json': json({
      name: 'app',
      version: '0.0.0',
      private: true,
      bundled: true,
      backstage: { role: 'frontend' },
      scripts: { start: 'backstage-cli package start' },
      dependencies: {
        '@backstage/core-plugin-api': '^1.10.0',
        '@internal/plugin-todo': `^${VERSION}`,
        react: '^18.0.2',
        'react-dom': '^18.0.2',
      },
      devDependencies: {
        '@testing-library/jest-dom': '^6.0.0',
        '@testing-library/react': '^14.0.0',
      },
    }),
    'packages/app/src/index.tsx': [
      "import ReactDOM from 'react-dom/client';",
      "import App from './App';",
      '',
      "ReactDOM.createRoot(document.getElementById('root')!).render(<App />);",
    ].join('\n'),
    'packages/app/src/App.tsx': [
      "import { TodoPage } from '@internal/plugin-todo';",
      '',
      'export default () => <TodoPage />;',
    ].join('\n'),
    'packages/app/src/App.test.tsx': [
      "import { render } from '@testing-library/react';",
      "import App from './App';",
      '',
      "it('renders', () => { render(<App />); });",
    ].join('\n'),
    'packages/app/src/setupTests.ts': "import '@testing-library/jest-dom';\n",
  };
}

function createBackend() {
  return {
    'packages/backend/package.json': json({
      name: 'backend',
      version: '0.0.0',
      private: true,
      main: 'dist/index.cjs.js',
      types: 'src/index.ts',
      backstage: { role: 'backend' },
      scripts: { start: 'backstage-cli package start' },
      dependencies: {
        '@backstage/backend-defaults': '^0.11.0',
        '@backstage/plugin-catalog-backend': '^2.0.0',
        '@internal/plugin-billing-backend': `^${VERSION}`,
        '@internal/plugin-todo-backend': `^${VERSION}`,
        '@internal/plugin-todo-backend-module-mail': `^${VERSION}`,
        app: 'link:../app',
        'better-sqlite3': '^12.0.0',
        'node-gyp': '^10.0.0',
        pg: '^8.11.3',
      },
    }),
    'packages/backend/src/index.ts': [
      "import { createBackend } from '@backstage/backend-defaults';",
      '',
      'const backend = createBackend();',
      "backend.add(import('@backstage/plugin-catalog-backend'));",
      "backend.add(import('@internal/plugin-billing-backend'));",
      "backend.add(import('@internal/plugin-todo-backend'));",
      "backend.add(import('@internal/plugin-todo-backend-module-mail'));",
      'backend.start();',
    ].join('\n'),
  };
}

/** A plugin with all of its packages. */
function createTodo() {
  const pluginPackages = ['', '-backend', '-common', '-node', '-react'].map(
    (suffix) => `@internal/plugin-todo${suffix}`,
  );
  const backstage = (role: string) => ({ role, pluginId: 'todo', pluginPackages });
  return {
    ...plugin('todo', backstage('frontend-plugin'), {
      '@backstage/core-plugin-api': '^1.10.0',
      '@internal/plugin-todo-common': `^${VERSION}`,
      '@internal/plugin-todo-react': `^${VERSION}`,
    }),
    'plugins/todo/src/index.ts': "export { TodoPage, todoPlugin } from './plugin';\n",
    'plugins/todo/src/plugin.tsx': [
      "import { createPlugin } from '@backstage/core-plugin-api';",
      "import type { Todo } from '@internal/plugin-todo-common';",
      "import { TodoRow } from '@internal/plugin-todo-react';",
      '',
      "export const todoPlugin = createPlugin({ id: 'todo' });",
      'const first: Todo = { title: "first" };',
      'export const TodoPage = () => <TodoRow title={first.title} />;',
    ].join('\n'),
    ...plugin('todo-react', backstage('web-library'), { react: '^18.0.2' }),
    'plugins/todo-react/src/index.ts': "export * from './TodoRow';\n",
    'plugins/todo-react/src/TodoRow.tsx':
      'export const TodoRow = ({ title }: { title: string }) => <li>{title}</li>;\n',
    ...plugin('todo-common', backstage('common-library'), {}),
    'plugins/todo-common/src/index.ts': 'export type Todo = { title: string };\n',
    ...plugin('todo-node', backstage('node-library'), {
      '@backstage/backend-plugin-api': '^1.4.0',
      '@internal/plugin-todo-common': `^${VERSION}`,
    }),
    'plugins/todo-node/src/index.ts': "export * from './extensions';\n",
    'plugins/todo-node/src/extensions.ts': [
      "import { createExtensionPoint, createServiceRef } from '@backstage/backend-plugin-api';",
      "import { Todo } from '@internal/plugin-todo-common';",
      '',
      'export interface TodoSourceExtensionPoint {',
      '  addTodo(todo: Todo): void;',
      '}',
      '',
      'export const todoSourceExtensionPoint = createExtensionPoint<TodoSourceExtensionPoint>({',
      "  id: 'todo.source',",
      '});',
      '',
      "export const todoServiceRef = createServiceRef<{ count(): number }>({ id: 'todo.service' });",
    ].join('\n'),
    ...plugin(
      'todo-backend',
      backstage('backend-plugin'),
      {
        '@backstage/backend-plugin-api': '^1.4.0',
        '@internal/plugin-todo-common': 'workspace:^',
        '@internal/plugin-todo-node': `^${VERSION}`,
        express: '^4.17.1',
        knex: '^3.0.0',
      },
      {
        '@backstage/backend-defaults': '^0.11.0',
        '@backstage/backend-test-utils': '^1.6.0',
        '@backstage/plugin-catalog-backend': '^2.0.0',
        '@internal/plugin-todo-backend-module-mail': `^${VERSION}`,
        '@types/express-serve-static-core': '^4.17.6',
      },
    ),
    'plugins/todo-backend/src/index.ts': "export { todoPlugin as default } from './plugin';\n",
    'plugins/todo-backend/src/plugin.ts': [
      "import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';",
      "import { todoSourceExtensionPoint } from '@internal/plugin-todo-node';",
      "import { createRouter } from './router';",
      '',
      'export const todoPlugin = createBackendPlugin({',
      "  pluginId: 'todo',",
      '  register(env) {',
      '    const todos: unknown[] = [];',
      '    env.registerExtensionPoint(todoSourceExtensionPoint, { addTodo: todo => void todos.push(todo) });',
      '    env.registerInit({',
      '      deps: { httpRouter: coreServices.httpRouter },',
      '      async init({ httpRouter }) {',
      '        httpRouter.use(await createRouter());',
      '      },',
      '    });',
      '  },',
      '});',
    ].join('\n'),
    'plugins/todo-backend/src/router.ts': [
      "import { readFile } from 'fs/promises';",
      "import express from 'express';",
      "import { Request } from 'express-serve-static-core';",
      "import type { Todo } from '@internal/plugin-todo-common';",
      '',
      'export async function createRouter(): Promise<express.Router> {',
      '  const router = express.Router();',
      '  const read = async (_: Request): Promise<Todo> => ({ title: await readFile("todo", "utf8") });',
      '  router.get("/", (req, res) => void read(req).then(todo => res.json(todo)));',
      '  return router;',
      '}',
    ].join('\n'),
    'plugins/todo-backend/src/plugin.test.ts': [
      "import { startTestBackend } from '@backstage/backend-test-utils';",
      "import mail from '@internal/plugin-todo-backend-module-mail';",
      "import { todoPlugin } from './plugin';",
      '',
      "it('starts', async () => { await startTestBackend({ features: [todoPlugin, mail] }); });",
    ].join('\n'),
    'plugins/todo-backend/dev/index.ts': [
      "import { createBackend } from '@backstage/backend-defaults';",
      "import { mockServices } from '@backstage/backend-test-utils';",
      '',
      'const backend = createBackend();',
      'backend.add(mockServices.auth.factory());',
      "backend.add(import('@backstage/plugin-catalog-backend'));",
      "backend.add(import('../src'));",
      'backend.start();',
    ].join('\n'),
    'plugins/todo-backend/migrations/20240101_init.js': [
      '// @ts-check',
      '/** @param {import("knex").Knex} knex */',
      "exports.up = async knex => { await knex.schema.createTable('todo', t => t.text('title')); };",
    ].join('\n'),
  };
}

function createTodoModule() {
  const backstage = {
    role: 'backend-plugin-module',
    pluginId: 'todo',
    pluginPackage: '@internal/plugin-todo-backend',
  };
  return {
    ...plugin('todo-backend-module-mail', backstage, {
      '@backstage/backend-plugin-api': '^1.4.0',
      '@internal/plugin-todo-node': `^${VERSION}`,
    }),
    'plugins/todo-backend-module-mail/src/index.ts': [
      "export { todoModuleMail } from './module';",
      "export { todoModuleMail as default } from './module';",
    ].join('\n'),
    'plugins/todo-backend-module-mail/src/module.ts': [
      "import { coreServices, createBackendModule } from '@backstage/backend-plugin-api';",
      "import { todoSourceExtensionPoint } from '@internal/plugin-todo-node';",
      '',
      'export const todoModuleMail = createBackendModule({',
      "  pluginId: 'todo',",
      "  moduleId: 'mail',",
      '  register(env) {',
      '    env.registerInit({',
      '      deps: { source: todoSourceExtensionPoint, httpRouter: coreServices.httpRouter },',
      '      async init({ source, httpRouter }) {',
      "        source.addTodo({ title: 'read mail' });",
      "        httpRouter.use('/modules/mail', (_req, res) => void res.end());",
      '      },',
      '    });',
      '  },',
      '});',
    ].join('\n'),
  };
}

/** A second plugin, as small as can be. */
function createBilling() {
  const pluginPackages = ['@internal/plugin-billing-backend', '@internal/plugin-billing-node'];
  const backstage = (role: string) => ({ role, pluginId: 'billing', pluginPackages });
  return {
    ...plugin('billing-backend', backstage('backend-plugin'), {
      '@backstage/backend-plugin-api': '^1.4.0',
    }),
    'plugins/billing-backend/src/index.ts': [
      "import { createBackendPlugin } from '@backstage/backend-plugin-api';",
      '',
      'export default createBackendPlugin({',
      "  pluginId: 'billing',",
      '  register(env) {',
      '    env.registerInit({ deps: {}, async init() {} });',
      '  },',
      '});',
    ].join('\n'),
    ...plugin('billing-node', backstage('node-library'), {
      '@backstage/backend-plugin-api': '^1.4.0',
    }),
    'plugins/billing-node/src/index.ts': [
      "import { createExtensionPoint } from '@backstage/backend-plugin-api';",
      '',
      "export const billingRatesExtensionPoint = createExtensionPoint<object>({ id: 'billing.rates' });",
    ].join('\n'),
  };
}

function plugin(
  folder: string,
  backstage: object,
  dependencies: Record<string, string>,
  devDependencies: Record<string, string> = {},
) {
  return {
    [`plugins/${folder}/package.json`]: json({
      name: `@internal/plugin-${folder}`,
      version: VERSION,
      private: true,
      main: 'src/index.ts',
      types: 'src/index.ts',
      publishConfig: { main: 'dist/index.cjs.js', types: 'dist/index.d.ts' },
      backstage,
      scripts: { build: 'backstage-cli package build' },
      dependencies,
      devDependencies: { '@backstage/cli': '^0.34.0', ...devDependencies },
      files: ['dist'],
    }),
  };
}

/** What of the installed packages is looked at: what they say of themselves. */
function createInstalled() {
  const installed: Record<string, object> = {
    '@backstage/backend-defaults': { role: 'node-library' },
    '@backstage/backend-plugin-api': { role: 'node-library' },
    '@backstage/core-plugin-api': { role: 'web-library' },
    '@backstage/plugin-catalog-backend': { role: 'backend-plugin', pluginId: 'catalog' },
    '@backstage/plugin-catalog-backend-module-logs': {
      role: 'backend-plugin-module',
      pluginId: 'catalog',
      pluginPackage: '@backstage/plugin-catalog-backend',
    },
    '@backstage/plugin-catalog-node': { role: 'node-library', pluginId: 'catalog' },
  };
  const plain = ['express', 'knex', 'lodash', 'react', 'react-dom'];
  return {
    ...Object.fromEntries(
      Object.entries(installed).map(([name, backstage]) => [
        `node_modules/${name}/package.json`,
        json({ name, version: '1.0.0', backstage, exports: { '.': './dist/index.cjs.js' } }),
      ]),
    ),
    ...Object.fromEntries(
      plain.map((name) => [`node_modules/${name}/package.json`, json({ name, version: '4.0.0' })]),
    ),
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
