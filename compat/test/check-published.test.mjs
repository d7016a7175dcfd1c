import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from '../../scripts/lib/run.mjs';
import { judgeFindings } from '../check/expected-findings.mjs';
import { isNamedIn } from '../check/published-sources.mjs';
import { makePublishedWorkspace } from '../check/published-workspace.mjs';
import { portalFolder } from '../matrix/sets.mjs';

const LIMIT_S = 60;
const AREAS = 'manifests,imports,dependencies,features';
const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

describe('stagewire check, on published packages laid out as their repository', () => {
  let workspace;
  let outcome;

  before(async () => {
    workspace = await makePublishedWorkspace(portalFolder);
    outcome = await check(workspace.root);
  });

  after(async () => {
    if (!workspace) return;
    await workspace.remove();
    assert.ok(!existsSync(workspace.root));
  });

  it('finds what is listed with a reason, and nothing else', (t) => {
    const { packages, leftOut } = workspace;
    const { counts, findings } = outcome;
    const { known, unknown, gone } = judgeFindings(findings);

    t.diagnostic(
      `${counts.files} files of ${packages.length} packages, ${leftOut.length} left out, of types alone`,
    );
    for (const { because, count } of known) t.diagnostic(`${count} × ${because}`);
    assert.deepEqual({ unknown, gone }, { unknown: [], gone: [] });
    assert.equal(counts.packages, packages.length);
    assert.ok(packages.length >= 55, 'most packages have no source maps any more');
  });

  it('calls no dependency unused that anything published of the package names', async () => {
    const unused = outcome.findings.filter(({ code }) => code === 'E_CHECK_DEPENDENCY_UNUSED');
    const named = [];
    for (const { package: name, problem } of unused) {
      const [dependency] = problem.split(' ');
      const directory = join(portalFolder, 'node_modules', name);
      if (await isNamedIn(directory, dependency)) named.push(`${name}: ${dependency}`);
    }

    assert.deepEqual(named, []);
  });
});

/** From the sources, so that what is tried is never an older build. */
async function check(root) {
  const { code, stdout, output } = await run(
    process.execPath,
    [
      '--conditions=@stagewire/source',
      `--import=${import.meta.resolve('tsx')}`,
      main,
      'check',
      '--only',
      AREAS,
      '--json',
    ],
    { cwd: root, seconds: LIMIT_S },
  );
  // Some of what is found is an error.
  assert.equal(code, 1, output);
  return JSON.parse(stdout);
}
