import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBackends } from '../../src/repository/backends.js';
import { findPackageOf, readRepository } from '../../src/repository/repository.js';
import { makeRepository } from '../temp-repository.js';

const backend = { name: 'backend', backstage: { role: 'backend' } };
const todo = { name: '@acme/plugin-todo-backend', backstage: { role: 'backend-plugin' } };

describe('a repository', () => {
  it('is read from any folder in it, with the packages of its workspaces', () => {
    using repository = makeRepository({
      'package.json': { workspaces: ['packages/*', 'plugins/*'] },
      'packages/backend/package.json': backend,
      'plugins/todo-backend/package.json': todo,
      'plugins/todo-backend/node_modules/x/package.json': { name: 'x' },
      'plugins/notes.txt': 'no package',
    });

    const { root, packages } = readRepository(join(repository.root, 'plugins/todo-backend'));

    expect(root).toBe(repository.root);
    expect(packages.map(({ folder, name, role }) => [folder, name, role])).toEqual([
      ['packages/backend', 'backend', 'backend'],
      ['plugins/todo-backend', '@acme/plugin-todo-backend', 'backend-plugin'],
    ]);
  });

  it.each([
    ['yarn', { 'package.json': { workspaces: { packages: ['packages/*'] } } }],
    ['pnpm', { 'package.json': {}, 'pnpm-workspace.yaml': "packages:\n  - 'packages/*'\n" }],
  ])('has its workspaces where %s keeps them', (_manager, files) => {
    using repository = makeRepository({ ...files, 'packages/backend/package.json': backend });

    const { packages } = readRepository(repository.root);

    expect(packages.map(({ folder }) => folder)).toEqual(['packages/backend']);
  });

  it('may be one package alone', () => {
    using repository = makeRepository({ 'package.json': backend, 'src/index.ts': '' });

    const read = readRepository(repository.root);

    expect(read.packages.map(({ folder }) => folder)).toEqual(['.']);
    expect(findBackends(read).map(({ program }) => program)).toEqual([
      join(repository.root, 'src/index.ts'),
    ]);
  });

  it('knows roles of the ecosystem only', () => {
    using repository = makeRepository({ 'package.json': { backstage: { role: 'backand' } } });

    expect(readRepository(repository.root).packages[0]).not.toHaveProperty('role');
  });

  it('is refused with the file when a package.json is no JSON', () => {
    using repository = makeRepository({
      'package.json': { workspaces: ['packages/*'] },
      'packages/a/package.json': '{ "name": ',
    });

    expect(() => readRepository(repository.root)).toThrow(
      expect.objectContaining({
        code: 'E_CLI_MANIFEST',
        message: expect.stringContaining('packages/a/package.json'),
      }),
    );
  });

  it('tells the package that a file is in', () => {
    using repository = makeRepository({
      'package.json': { workspaces: ['plugins/*'] },
      'plugins/todo/package.json': { name: 'todo' },
      'plugins/todo-backend/package.json': todo,
    });
    const read = readRepository(repository.root);

    const found = findPackageOf(read, join(repository.root, 'plugins/todo-backend/src/plugin.ts'));

    expect(found?.name).toBe('@acme/plugin-todo-backend');
    expect(findPackageOf(read, join(repository.root, 'README.md'))).toBeUndefined();
  });

  it('tells the inner one of packages in packages', () => {
    using repository = makeRepository({
      'package.json': { workspaces: ['plugins/*', 'plugins/*/parts/*'] },
      'plugins/todo/package.json': { name: 'todo' },
      'plugins/todo/parts/mail/package.json': { name: 'mail' },
    });
    const read = readRepository(repository.root);

    const found = findPackageOf(read, join(repository.root, 'plugins/todo/parts/mail/index.ts'));

    expect(found?.name).toBe('mail');
  });
});

describe('the backends of a repository', () => {
  it('are the packages with that role and a program, sources before what is built', () => {
    using repository = makeRepository({
      'package.json': { workspaces: ['packages/*'] },
      'packages/a/package.json': { ...backend, name: 'a', main: 'dist/index.cjs.js' },
      'packages/a/src/index.ts': '',
      'packages/a/dist/index.cjs.js': '',
      'packages/b/package.json': { ...backend, name: 'b', main: 'dist/main.js' },
      'packages/b/dist/main.js': '',
      'packages/c/package.json': { ...backend, name: 'c' },
      'packages/d/package.json': { name: 'd', main: 'index.js' },
      'packages/d/index.js': '',
    });

    const found = findBackends(readRepository(repository.root));

    expect(found.map(({ program }) => program)).toEqual([
      join(repository.root, 'packages/a/src/index.ts'),
      join(repository.root, 'packages/b/dist/main.js'),
    ]);
  });
});
