import { describe, expect, it } from 'vitest';
import { makeOwnRepository, makeStockRepository, NewRepository } from './repositories.js';

describe('stagewire new plugin', () => {
  it('makes a plugin that the backend adds, depends on and builds', async () => {
    using repository = await makeOwnRepository();

    const { made, changed } = await repository.new('plugin', 'todo');

    expect(made.every((file) => file.startsWith('plugins/todo-backend/'))).toBe(true);
    expect(changed).toEqual([
      'packages/backend/package.json',
      'packages/backend/src/index.ts',
      'packages/backend/tsconfig.json',
    ]);
    expect(repository.readJson('plugins/todo-backend/package.json').backstage).toEqual({
      role: 'backend-plugin',
      pluginId: 'todo',
      pluginPackages: ['@internal/plugin-todo-backend'],
    });
    expect(repository.readJson('packages/backend/package.json').dependencies).toMatchObject({
      '@internal/plugin-todo-backend': '^0.1.0',
    });
    expect(repository.readJson('packages/backend/tsconfig.json').references).toEqual([
      { path: '../../plugins/todo-backend' },
    ]);
    expect(repository.read('packages/backend/src/index.ts')).toContain(
      `backend.add(import('@internal/plugin-todo-backend'));`,
    );
  });

  it('makes the libraries that are wanted, which know each other', async () => {
    using repository = await makeOwnRepository();

    await repository.new('plugin', 'user-notes', '--node', '--common');

    const names = ['backend', 'common', 'node'].map(
      (kind) => `@internal/plugin-user-notes-${kind}`,
    );
    for (const kind of ['backend', 'common', 'node']) {
      const { backstage } = repository.readJson(`plugins/user-notes-${kind}/package.json`);
      expect(backstage.pluginPackages).toEqual(names);
    }
    expect(repository.read('plugins/user-notes-backend/src/plugin.ts')).toContain(
      'env.registerExtensionPoint(userNotesGreetingExtensionPoint, {',
    );
  });

  it('takes the front end of the plugin into the list of its packages', async () => {
    using repository = makeStockRepository();
    repository.write(
      'packages/todo/package.json',
      JSON.stringify({
        name: '@acme/backstage-plugin-todo',
        version: '1.0.0',
        backstage: { role: 'frontend-plugin', pluginId: 'todo' },
      }),
    );

    await repository.new('plugin', 'todo');

    const names = ['@acme/backstage-plugin-todo', '@acme/backstage-plugin-todo-backend'];
    for (const folder of ['packages/todo', 'plugins/todo-backend']) {
      const { backstage } = repository.readJson(`${folder}/package.json`);
      expect(backstage.pluginPackages).toEqual(names);
    }
  });

  it('makes a stock package in a stock repository, with a place in its workspaces', async () => {
    using repository = makeStockRepository();

    await repository.new('plugin', 'todo');

    expect(repository.readJson('package.json').workspaces.packages).toEqual([
      'packages/*',
      'plugins/*',
    ]);
    expect(repository.readJson('plugins/todo-backend/package.json')).toMatchObject({
      name: '@internal/plugin-todo-backend',
      main: 'src/index.ts',
      publishConfig: { main: 'dist/index.cjs.js' },
      scripts: { test: 'backstage-cli package test' },
    });
    expect(repository.readJson('packages/backend/package.json').dependencies).toMatchObject({
      '@internal/plugin-todo-backend': 'workspace:^',
    });
    expect(repository.read('plugins/todo-backend/src/plugin.ts')).toMatch(
      /from '@backstage\/backend-plugin-api';\nimport .* from '\.\/router';/,
    );
    expect(repository.read('plugins/todo-backend/src/plugin.test.ts')).toContain(
      `from '@backstage/backend-test-utils'`,
    );
    expect(repository.read('packages/backend/src/index.ts')).toContain(
      `// the front end\nbackend.add(import('@internal/plugin-todo-backend'));\n\nbackend.start()`,
    );
  });

  it('uses Stagewire in a stock repository that does', async () => {
    using repository = makeStockRepository();
    const backend = repository.readJson('packages/backend/package.json');
    backend.dependencies = { '@stagewire/backend': '^0.1.0' };
    repository.write('packages/backend/package.json', JSON.stringify(backend));

    await repository.new('plugin', 'todo');

    const { dependencies, scripts } = repository.readJson('plugins/todo-backend/package.json');
    expect(dependencies).toHaveProperty(['@stagewire/plugin-api']);
    expect(scripts.test).toBe('node --import tsx --test test/*.test.ts');
    expect(repository.read('plugins/todo-backend/test/plugin.test.ts')).toContain(
      `from '../src/plugin';`,
    );
  });

  it('says which line to add where it cannot find the place', async () => {
    using repository = await makeOwnRepository();
    repository.write('packages/backend/src/index.ts', `import './start.js';\n`);

    const { leftToDo } = await repository.new('plugin', 'todo');

    expect(leftToDo).toEqual([
      `add it to packages/backend/src/index.ts: backend.add(import('@internal/plugin-todo-backend'));`,
    ]);
  });

  it('wants to know the backend where there are several', async () => {
    using repository = await makeOwnRepository();
    await repository.new('backend', 'worker');

    const { stderr } = await repository.tryNew('plugin', 'todo');
    const { changed } = await repository.new('plugin', 'todo', '--backend', 'packages/worker');

    expect(stderr).toMatch(/E_CLI_NEW_ANSWER.*\n.*--backend packages\/backend, or/);
    expect(changed).toContain('packages/worker/src/index.ts');
    expect((await repository.tryNew('plugin', 'x', '--backend', 'no')).stderr).toMatch(
      /E_CLI_UNKNOWN_BACKEND/,
    );
  });

  it('makes nothing when it is refused', async () => {
    using repository = await makeOwnRepository();
    await repository.new('plugin', 'todo');
    const before = repository.read('packages/backend/src/index.ts');

    const again = await repository.tryNew('plugin', 'todo', '--common');
    const wrong = await repository.tryNew('plugin', 'Todo List');
    const nameless = await repository.tryNew('plugin');

    expect(again.stderr).toMatch(/E_CLI_NEW_EXISTS/);
    expect(wrong.stderr).toMatch(/E_CLI_NEW_ID.*\n.*todo-list/);
    expect(nameless.stderr).toMatch(/E_CLI_NEW_ANSWER.*\n.*stagewire new plugin <id>/);
    expect(repository.has('plugins/todo-common')).toBe(false);
    expect(repository.read('packages/backend/src/index.ts')).toBe(before);
  });

  it('refuses a repository without a place for packages', async () => {
    using repository = new NewRepository({ 'package.json': '{ "name": "one" }' });

    expect((await repository.tryNew('plugin', 'todo')).stderr).toMatch(/E_CLI_NEW_NO_WORKSPACES/);
  });
});
