import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkLayers } from '../check-layers.mjs';
import { formatFinding } from '../lib/findings.mjs';
import { makeTree } from './tree.mjs';

const root = { 'package.json': { devDependencies: { vitest: '4' } } };

const names = {
  errors: '@stagewire/errors',
  api: '@stagewire/plugin-api',
};

describe('the layers', () => {
  it('are kept by packages that import from lower rows only', (t) => {
    const folder = makeTree(t, {
      ...root,
      ...pack('packages/errors', {}, 'export const a = 1;'),
      ...pack('packages/graph', { dependencies: { [names.errors]: '*' } }, importOf(names.errors)),
      ...pack('packages/wiring', { dependencies: { [names.errors]: '*' } }, importOf(names.errors)),
    });

    assert.deepEqual(check(folder), []);
  });

  it('are broken by an import of a higher row, told at the manifest and at the line', (t) => {
    const folder = makeTree(t, {
      ...root,
      ...pack(
        'packages/errors',
        { dependencies: { [names.api]: '*' } },
        `\n${importOf(names.api)}`,
      ),
      ...pack('packages/plugin-api', {}, ''),
    });

    assert.deepEqual(check(folder), [
      'packages/errors/package.json:7  packages/errors (row 1) imports packages/plugin-api (row 2)  move what both need into a lower row, or take it as a service through deps',
      'packages/errors/src/index.ts:2  packages/errors (row 1) imports packages/plugin-api (row 2)  move what both need into a lower row, or take it as a service through deps',
    ]);
  });

  it('are broken inside a row, but for the arrows that are named', (t) => {
    const folder = makeTree(t, {
      ...root,
      ...pack('packages/plugin-api', {}, ''),
      ...pack('plugins/todo-node', { dependencies: { [names.api]: '*' } }, importOf(names.api)),
      ...pack('packages/services', {}, ''),
      ...pack(
        'packages/wiring',
        { dependencies: { '@stagewire/services': '*' } },
        importOf('@stagewire/services'),
      ),
    });

    assert.deepEqual(files(folder), [
      'packages/wiring/package.json:7',
      'packages/wiring/src/index.ts:1',
    ]);
  });

  it('ask every package for a row', (t) => {
    const folder = makeTree(t, { ...root, ...pack('packages/attic', {}, '') });

    assert.deepEqual(check(folder), [
      'packages/attic/package.json  this package has no row  give it one in scripts/lib/rows.mjs',
    ]);
  });
});

describe('an import', () => {
  it('needs its package in dependencies, and types may come from @types', (t) => {
    const folder = makeTree(t, {
      ...root,
      ...pack(
        'packages/errors',
        { dependencies: { '@types/express': '4' } },
        `import type { Request } from 'express';\nimport express from 'express';\nexport { Request, express };`,
      ),
    });

    assert.deepEqual(check(folder), [
      'packages/errors/src/index.ts:2  imports express, undeclared  add it to dependencies in packages/errors/package.json',
    ]);
  });

  it('in a test may also need devDependencies, its own or those of the root', (t) => {
    const folder = makeTree(t, {
      ...root,
      ...pack('packages/errors', { devDependencies: { tool: '1' } }, ''),
      'packages/errors/test/a.test.ts': `import 'vitest';\nimport 'tool';\nimport 'other';\nimport 'node:fs';`,
    });

    assert.deepEqual(files(folder), ['packages/errors/test/a.test.ts:3']);
  });

  it('does not reach into another package, by its path or past its exports', (t) => {
    const folder = makeTree(t, {
      ...root,
      ...pack('packages/errors', { exports: { '.': {} } }, ''),
      ...pack(
        'packages/graph',
        { dependencies: { [names.errors]: '*' } },
        `import '../../errors/src/index.js';\nimport '@stagewire/errors/src/index.js';\nimport './near.js';`,
      ),
    });

    assert.deepEqual(check(folder), [
      'packages/graph/src/index.ts:1  leaves its package: ../../errors/src/index.js  import the other package by its name',
      'packages/graph/src/index.ts:2  reaches into @stagewire/errors/src/index.js  import what @stagewire/errors exports: .',
    ]);
  });

  it('in a service does not reach into another one; what has no factory is shared', (t) => {
    const folder = makeTree(t, {
      ...root,
      ...pack('packages/services', {}, `import './auth/tokens.js';`),
      'packages/services/src/auth/auth-service-factory.ts': `import '../http/duration.js';`,
      'packages/services/src/auth/tokens.ts': `import './auth-service-factory.js';`,
      'packages/services/src/cache/cache-service-factory.ts': `import '../auth/tokens.js';`,
      'packages/services/src/http/duration.ts': '',
      'packages/services/test/cache/cache.test.ts': `import '../../src/auth/tokens.js';`,
    });

    assert.deepEqual(check(folder), [
      'packages/services/src/cache/cache-service-factory.ts:1  reaches into another service: ../auth/tokens.js  take the other service through deps, or move what both need into a folder between',
    ]);
  });

  it('in plugin-api runs only from the lowest row', (t) => {
    const folder = makeTree(t, {
      ...root,
      ...pack('packages/errors', { exports: { '.': {} } }, ''),
      ...pack(
        'packages/plugin-api',
        { dependencies: { [names.errors]: '*', zod: '4', knex: '3' } },
        [
          `import { a } from '@stagewire/errors';`,
          `import type { z } from 'zod';`,
          `import { type Knex } from 'knex';`,
          `export const load = () => import('zod');`,
          `export type K = import('knex').Knex;`,
        ].join('\n'),
      ),
    });

    assert.deepEqual(check(folder), [
      'packages/plugin-api/src/index.ts:3  imports knex at run time  write `import type`, or move what runs into a higher package',
      'packages/plugin-api/src/index.ts:4  imports zod at run time  write `import type`, or move what runs into a higher package',
    ]);
  });

  it('that nobody writes makes its dependency weight', (t) => {
    const folder = makeTree(t, {
      ...root,
      ...pack('packages/errors', { dependencies: { heavy: '1' } }, ''),
    });

    assert.deepEqual(check(folder), [
      'packages/errors/package.json:7  declares heavy, imports it nowhere  remove it',
    ]);
  });
});

describe('a circle of packages', () => {
  it('is refused also where only tests close it, and told once', (t) => {
    const folder = makeTree(t, {
      ...root,
      ...pack(
        'packages/backend',
        { dependencies: { '@stagewire/wiring': '*' } },
        importOf('@stagewire/wiring'),
      ),
      ...pack('packages/wiring', { devDependencies: { '@stagewire/backend': '*' } }, ''),
    });

    assert.deepEqual(check(folder), [
      'packages/backend/package.json  a circle of packages: backend -> wiring -> backend  drop an arrow',
    ]);
  });
});

function pack(folder, manifest, source) {
  const id = folder.split('/').at(-1);
  const name = folder.startsWith('plugins/') ? `@stagewire/plugin-${id}` : `@stagewire/${id}`;
  return {
    [`${folder}/package.json`]: { name, exports: { '.': {} }, ...manifest },
    [`${folder}/src/index.ts`]: source,
  };
}

function importOf(name) {
  return `import { a } from '${name}';\nexport { a };`;
}

function check(folder) {
  return checkLayers(folder).map(formatFinding);
}

function files(folder) {
  return checkLayers(folder).map(({ file, line }) => `${file}:${line}`);
}
