import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { run } from '../lib/run.mjs';
import { repository } from '../lib/workspace.mjs';
import { makeTree } from './tree.mjs';

const skip = process.platform !== 'linux' && 'it needs GNU tools';

describe('the run of everything', { skip, concurrency: true }, () => {
  it('ends with the sum of all counts', async (t) => {
    const { code, lines } = await runWith(t, {
      test: says('20 passed, 0 failed, 1 skipped'),
      check: says('8 passed, 0 failed'),
      compat: says('300 passed, 0 failed'),
      ...asUsers,
    });

    assert.deepEqual(lines.slice(-2), ['2 skipped', '400 passed, 0 failed']);
    assert.equal(code, 0);
  });

  it('counts what failed, what ended badly and what told no counts', async (t) => {
    const { code, lines } = await runWith(t, {
      test: `${says('20 passed, 2 failed')} && exit 1`,
      check: `${says('8 passed, 0 failed')} && exit 1`,
      compat: says('all is well'),
      ...asUsers,
    });

    assert.equal(lines.at(-1), '100 passed, 6 failed');
    assert.ok(lines.includes('told no counts: npm run compat'));
    assert.equal(code, 1);
  });

  it('stops when nothing can be installed', async (t) => {
    const { code, lines } = await runWith(
      t,
      { test: 'true' },
      { 'package-lock.json': 'no lockfile' },
    );

    assert.equal(lines.at(-1), '0 passed, 1 failed');
    assert.equal(lines.includes('== npm test'), false);
    assert.equal(code, 1);
  });

  it('ends with its line also when it is ended', async (t) => {
    const root = makeHouse(t, { test: 'sleep 60' });

    const { output } = await run('timeout', ['--foreground', '4', join(root, '.ci/run')], {
      cwd: root,
    });

    assert.equal(output.trim().split('\n').at(-1), '0 passed, 1 failed');
  });
});

/** What is tried as users do; the first of them on both versions of Node. */
const asUsers = {
  'new-user': says('12 passed, 0 failed'),
  tutorial: says('28 passed, 0 failed'),
};

async function runWith(t, scripts, files) {
  const root = makeHouse(t, scripts, files);
  const { code, output } = await run(join(root, '.ci/run'), [], { cwd: root, seconds: 60 });
  return { code, lines: output.trim().split('\n') };
}

function makeHouse(t, scripts, files = {}) {
  const root = makeTree(t, {
    'package.json': { name: 'house', version: '1.0.0', scripts },
    'package-lock.json': {
      name: 'house',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: { '': { name: 'house', version: '1.0.0' } },
    },
    'scripts/node24.mjs': 'console.log(process.execPath)',
    'scripts/start-test-services.sh': 'true',
    'scripts/compile-sqlite.sh': 'mktemp -d',
    '.ci/run': readFileSync(join(repository, '.ci/run'), 'utf8'),
    ...files,
  });
  chmodSync(join(root, '.ci/run'), 0o755);
  return root;
}

/** A script for npm that says a line, whatever arguments it gets. */
function says(line) {
  return `node -p "'${line}'" --`;
}
