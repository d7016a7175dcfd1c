import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeOwnRepository, type NewRepository } from './repositories.js';

const CATALOG_NODE = '@backstage/plugin-catalog-node';

/** Has the library of the published catalog installed. */
function installCatalog(repository: NewRepository): void {
  const manifest = fileURLToPath(import.meta.resolve(`${CATALOG_NODE}/package.json`));
  repository.link(`node_modules/${CATALOG_NODE}`, dirname(manifest));
}

describe('stagewire new module', () => {
  it('uses the extension point of a plugin of the repository', async () => {
    using repository = await makeOwnRepository();
    await repository.new('plugin', 'todo', '--node');

    await repository.new('module', 'todo', 'mail');

    const folder = 'plugins/todo-backend-module-mail';
    expect(repository.readJson(`${folder}/package.json`)).toMatchObject({
      name: '@internal/plugin-todo-backend-module-mail',
      dependencies: { '@internal/plugin-todo-node': '^0.1.0' },
      backstage: {
        role: 'backend-plugin-module',
        pluginId: 'todo',
        pluginPackage: '@internal/plugin-todo-backend',
      },
    });
    expect(repository.read(`${folder}/src/module.ts`)).toContain(
      'deps: { greeting: todoGreetingExtensionPoint }',
    );
    expect(repository.read('packages/backend/src/index.ts')).toContain(
      `import('@internal/plugin-todo-backend-module-mail')`,
    );
  });

  it('answers a route of its own where the plugin has no extension point', async () => {
    using repository = await makeOwnRepository();
    await repository.new('plugin', 'todo');

    await repository.new('module', 'todo', 'mail');

    expect(repository.read('plugins/todo-backend-module-mail/src/module.ts')).toContain(
      `router.get('/modules/mail/hello'`,
    );
  });

  it('uses an extension point of a published plugin, and tells what it offers', async () => {
    using repository = await makeOwnRepository();
    installCatalog(repository);

    const extensionPoint = ['--extension-point', 'catalogProcessingExtensionPoint'];
    const flags = ['--from', CATALOG_NODE, ...extensionPoint, '--no-install'];
    await repository.new('module', 'catalog', 'people', ...flags);

    const folder = 'plugins/catalog-backend-module-people';
    const manifest = repository.readJson(`${folder}/package.json`);
    expect(manifest.backstage.pluginPackage).toBe('@backstage/plugin-catalog-backend');
    expect(manifest.dependencies[CATALOG_NODE]).toMatch(/^\^\d+\.\d+\.\d+$/);
    expect(repository.read(`${folder}/src/module.ts`)).toMatch(
      /deps: \{ processing: catalogProcessingExtensionPoint \},\n(.*\n)+ +\/\/ processing\.addProcessor\n/,
    );
  });

  it('finds the library of a published plugin by its id', async () => {
    using repository = await makeOwnRepository();
    installCatalog(repository);

    const open = await repository.tryNew('module', 'catalog', 'people');
    const wrong = await repository.tryNew('module', 'catalog', 'x', '--extension-point', 'other');

    expect(open.stderr).toMatch(/E_CLI_NEW_ANSWER.*\n.*--extension-point catalog\w+, or/);
    expect(wrong.stderr).toMatch(/E_CLI_NEW_EXTENSION_POINT.*\n.*catalogProcessingExtensionPoint/);
  });

  it('refuses plugins and libraries that it cannot find or use', async () => {
    using repository = await makeOwnRepository();
    await repository.new('plugin', 'todo');

    const unknown = await repository.tryNew('module', 'nowhere', 'mail');
    const from = ['--from', 'plugins/todo-backend'];
    const noLibrary = await repository.tryNew('module', 'todo', 'mail', ...from);
    const incomplete = await repository.tryNew('module', 'todo');

    expect(unknown.stderr).toMatch(/E_CLI_NEW_PLUGIN_UNKNOWN/);
    expect(noLibrary.stderr).toMatch(/E_CLI_NEW_LIBRARY.*its role is backend-plugin/);
    expect(incomplete.stderr).toMatch(/E_CLI_NEW_ANSWER.*\n.*<plugin id> <module id>/);
  });
});
