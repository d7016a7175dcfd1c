import { join } from 'node:path';
import { expect, it } from 'vitest';
import { classifyChange } from '../../../src/commands/dev/classify-change.js';
import { createWatchFilter } from '../../../src/commands/dev/is-watched.js';
import { readRepository, type Repository } from '../../../src/repository/repository.js';
import { makeRepository } from '../../temp-repository.js';

function withRepository(run: (repository: Repository) => void): void {
  using made = makeRepository({
    'package.json': { workspaces: ['packages/*', 'plugins/*'] },
    'packages/app/package.json': { name: 'app', backstage: { role: 'frontend' } },
    'plugins/todo-backend/package.json': { name: 'todo', backstage: { role: 'backend-plugin' } },
  });
  run(readRepository(made.root));
}

it.each([
  ['plugins/todo-backend/src/router.ts', 'module'],
  ['plugins/todo-backend/src/words.json', 'module'],
  ['plugins/todo-backend/src/openapi.yaml', 'data'],
  ['plugins/todo-backend/migrations/1.sql', 'data'],
  ['plugins/todo-backend/notes.txt', undefined],
  ['plugins/todo-backend/package.json', 'dependencies'],
  ['yarn.lock', 'dependencies'],
  ['plugins/todo-backend/yarn.lock', undefined],
  ['app-config.local.yaml', 'config'],
  ['named.yaml', 'config'],
])('a change of %s is told as %s', (path, type) => {
  withRepository((repository) => {
    const named = [join(repository.root, 'named.yaml')];
    expect(classifyChange(join(repository.root, path), repository, named)?.type).toBe(type);
  });
});

it.each([
  ['yarn.lock', true],
  ['plugins', true],
  ['plugins/todo-backend/src/router.ts', true],
  ['plugins/new-backend/src/index.ts', true],
  ['plugins/todo-backend/dist/index.js', false],
  ['plugins/todo-backend/node_modules/knex/index.js', false],
  ['packages/app/src/App.tsx', false],
  ['docs/pictures/one.png', false],
  ['.git/HEAD', false],
])('whether %s is followed: %s', (path, isFollowed) => {
  withRepository((repository) => {
    expect(createWatchFilter(repository)(join(repository.root, path))).toBe(isFollowed);
  });
});
