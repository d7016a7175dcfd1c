import { describe, expect, it } from 'vitest';
import { makeOwnRepository } from './repositories.js';

describe('stagewire new service', () => {
  it('makes a package of its own, which the backend adds', async () => {
    using repository = await makeOwnRepository();

    await repository.new('service', 'clock');

    expect(repository.readJson('packages/clock-service/package.json')).toMatchObject({
      name: '@internal/clock-service',
      backstage: { role: 'node-library', pluginId: null },
    });
    expect(repository.read('packages/clock-service/src/index.ts')).toContain(
      'clockServiceFactory as default',
    );
    expect(repository.read('packages/backend/src/index.ts')).toContain(
      `backend.add(import('@internal/clock-service'));`,
    );
  });

  it('puts it into a library, whose ref brings the factory', async () => {
    using repository = await makeOwnRepository();
    await repository.new('plugin', 'todo', '--node');

    const { changed } = await repository.new('service', 'clock', '--in', 'plugins/todo-node');

    expect(changed).toEqual(['plugins/todo-node/src/index.ts']);
    expect(repository.read('plugins/todo-node/src/index.ts')).toContain('clockServiceRef');
    expect(repository.read('plugins/todo-node/src/clock-service.ts')).toMatch(
      /id: 'todo\.clock',\n(.*\n)*.*defaultFactory\(\)/,
    );
  });

  it('makes one for the whole backend', async () => {
    using repository = await makeOwnRepository();

    await repository.new('service', 'clock', '--root');

    expect(repository.read('packages/clock-service/src/clock-service.ts')).toContain(
      `scope: 'root'`,
    );
  });

  it('refuses libraries that are none, and names of packages', async () => {
    using repository = await makeOwnRepository();
    await repository.new('plugin', 'todo');

    const elsewhere = await repository.tryNew('service', 'clock', '--in', 'plugins/other-node');
    const plugin = await repository.tryNew('service', 'clock', '--in', 'plugins/todo-backend');
    const named = await repository.tryNew('service', 'clock-service');

    expect(elsewhere.stderr).toMatch(/E_CLI_NEW_LIBRARY.*not in this repository/);
    expect(plugin.stderr).toMatch(/E_CLI_NEW_LIBRARY.*its role is backend-plugin/);
    expect(named.stderr).toMatch(/E_CLI_NEW_ID.*\n.*clock/);
  });
});
