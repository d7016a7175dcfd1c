import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { run } from '../lib/run.mjs';

describe('a program that is run', () => {
  it('gives back its code and what it said', async () => {
    const script = `console.log('out'); console.error('err'); process.exitCode = 3`;

    const { code, output, stdout } = await run(process.execPath, ['-e', script]);

    assert.equal(code, 3);
    assert.equal(stdout, 'out\n');
    assert.deepEqual(output.trim().split('\n').toSorted(), ['err', 'out']);
  });

  it(
    'is ended after its time with all that it started, and says so',
    { timeout: 30_000 },
    async () => {
      const child = `setInterval(() => {}, 1000)`;
      // The child's child keeps our end of the pipe open: were it left alive, run() would not settle.
      const script = `
      const { spawn } = require('node:child_process');
      spawn(process.execPath, ['-e', '${child}'], { stdio: 'inherit' });
      ${child}`;

      const { code, output } = await run(process.execPath, ['-e', script], { seconds: 0.5 });

      assert.equal(code, 124);
      assert.match(output, /ended after 0\.5 s/);
    },
  );

  it('has code 127 when it cannot be started', async () => {
    const { code, output } = await run('no-such-program-anywhere', []);

    assert.equal(code, 127);
    assert.match(output, /ENOENT/);
  });
});
