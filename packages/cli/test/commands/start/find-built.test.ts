import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findBuilt } from '../../../src/commands/start/find-built.js';
import { readRepository } from '../../../src/repository/repository.js';
import { makeRepository, type TempRepository } from '../../temp-repository.js';

const EXPORTS = { '.': { default: './dist/index.js' } };

/** A backend that needs a plugin, each with sources and what they were built to. */
function makeBuiltRepository(): TempRepository {
  return makeRepository({
    'package.json': { workspaces: ['packages/*'] },
    'packages/backend/package.json': {
      name: 'backend',
      exports: EXPORTS,
      dependencies: { todo: '*' },
    },
    'packages/backend/src/index.ts': '',
    'packages/backend/dist/index.js': '',
    'packages/todo/package.json': { name: 'todo', exports: EXPORTS },
    'packages/todo/src/index.ts': '',
    'packages/todo/dist/index.js': '',
    'packages/unneeded/package.json': { name: 'unneeded', exports: EXPORTS },
    'packages/unneeded/src/index.ts': '',
  });
}

function findIn({ root }: TempRepository) {
  return findBuilt(readRepository(root), join(root, 'packages/backend'));
}

function setAge(repository: TempRepository, path: string, seconds: number): void {
  const time = Date.now() / 1000 - seconds;
  utimesSync(join(repository.root, path), time, time);
}

it('finds the JavaScript of a backend that is built, with all that it needs', () => {
  using repository = makeBuiltRepository();

  expect(findIn(repository)).toEqual({
    file: join(repository.root, 'packages/backend/dist/index.js'),
  });
});

it('does not take it when something that it needs was saved since', () => {
  using repository = makeBuiltRepository();
  setAge(repository, 'packages/todo/dist/index.js', 60);
  setAge(repository, 'packages/todo/src/index.ts', 30);

  expect(findIn(repository)).toEqual({
    reason: 'packages/todo has changed since it was built',
  });
});

it('says so when there is none', () => {
  using repository = makeRepository({
    'package.json': { workspaces: ['packages/*'] },
    'packages/backend/package.json': { name: 'backend', main: 'dist/index.cjs.js' },
    'packages/backend/src/index.ts': '',
  });

  expect(findIn(repository)).toEqual({ reason: 'it is not built' });
});
