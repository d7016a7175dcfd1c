import { describe, expect, it } from 'vitest';
import { runFixture } from './run-fixture.js';

/** Where a feature comes from, as messages tell it: its package, file and line. */
const ORIGIN = /\((@stagewire\/wiring@[\d.]+, )?packages\/wiring\/test\/\S+\.ts:\d+[^)]*\)/g;

/** Runs a program to its end. */
async function finish(name: string, mode?: string) {
  const program = runFixture(name, ...(mode ? [mode] : []));
  const exit = await program.exit;
  return { exit, stdout: program.stdout(), stderr: program.stderr() };
}

describe.concurrent('a signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '[W7.6] stops all backends of the process, which share their listeners, and ends it with code 0: %s',
    async (name) => {
      const program = runFixture('stops-on-signal', 'well');
      await program.line('ready');

      program.signal(name);

      expect(await program.exit).toBe(0);
      expect(program.stdout()).toContain('listeners: 1 1 1');
      expect(program.stdout().slice(-5).toSorted()).toEqual([
        'p stopped',
        'p stops',
        'q stopped',
        'q stops',
        'the root stops',
      ]);
    },
  );

  it('[W7.6] ends the process with code 1 when a stop fails, and tells why', async () => {
    const program = runFixture('stops-on-signal', 'badly');
    await program.line('ready');

    program.signal('SIGTERM');

    expect(await program.exit).toBe(1);
    expect(program.stderr()).toContain('Error: the root cannot stop');
    expect(program.stdout()).toContain('p stopped');
  });

  it('[W7.6] [Q6] that comes second, during a slow shutdown, ends the process at once with code 0', async () => {
    const program = runFixture('stops-on-signal', 'slowly');
    await program.line('ready');
    program.signal('SIGTERM');
    await program.line('p stops');

    program.signal('SIGTERM');

    expect(await program.exit).toBe(0);
    expect(program.stdout()).not.toContain('p stopped');
  });
});

describe.concurrent('a signal during a start', () => {
  it('[W7.6] [W4.6] lets the start come to its end and then stops the backend', async () => {
    const program = runFixture('stops-on-signal', 'starting');
    await program.line('p starts');

    program.signal('SIGTERM');

    expect(await program.exit).toBe(0);
    const ofPlugin = program.stdout().filter((line) => line.startsWith('p '));
    expect(ofPlugin).toEqual(['p starts', 'p started', 'p stops', 'p stopped']);
  });

  it('[W7.6] ends the process with code 1 if the start does not come to its end, and tells why', async () => {
    const program = runFixture('stops-on-signal', 'hanging');
    await program.line('p starts');

    program.signal('SIGTERM');

    expect(await program.exit).toBe(1);
    expect(program.stderr()).toMatch(
      /^E_STARTUP_INTERRUPTED {2}.+: plugin 'p' waits for its own init function/m,
    );
  });
});

describe.concurrent('a process with nothing left to do', () => {
  it('[W7.6] stops its backend and ends with code 0', async () => {
    const { exit, stdout, stderr } = await finish('runs-out', 'well');

    expect(exit).toBe(0);
    expect(stdout.slice(-2)).toEqual(['nothing left to do', 'p stops']);
    expect(stderr).toBe('');
  });

  it('[W7.6] ends with the exit code that the program has set, if it has', async () => {
    const { exit, stdout } = await finish('runs-out', 'failed');

    expect(exit).toBe(3);
    expect(stdout.slice(-2)).toEqual(['nothing left to do', 'p stops']);
  });

  it('[W7.6] ends by itself once all backends were stopped: the last one takes the listeners away', async () => {
    const { exit, stdout, stderr } = await finish('ends-by-itself');

    expect(stdout.slice(-5)).toEqual([
      'failed: BackendStartupError',
      'started: listeners',
      'one stopped: listeners',
      'all stopped: no listeners',
      'held: nothing',
    ]);
    expect(exit).toBe(7);
    expect(stderr).toBe('');
  });
});

describe.concurrent('a start that fails', () => {
  it('[W7.5] [Q3] and that nobody handles is told with code and fix, stops everything and ends the process with code 1', async () => {
    const { exit, stdout, stderr } = await finish('fails-to-start', 'awaited');

    expect(exit).toBe(1);
    expect(stderr).toMatch(
      /^E_\w+ {2}Plugin 'failing' startup failed; caused by TypeError: boom\n {2}fix: /m,
    );
    expect(stdout.slice(-2).toSorted()).toEqual(['failing stops', 'well stops']);
  });

  it('[W7.5] and that somebody handles stops nothing', async () => {
    const { exit, stdout, stderr } = await finish('fails-to-start', 'handled');

    expect(exit).toBe(7);
    expect(stdout.slice(-2)).toEqual(['handled: BackendStartupError', 'still here']);
    expect(stdout).not.toContain('well stops');
    expect(stderr).toBe('');
  });

  it('[W7.5] before anything ran is told with the plugin and the way to mend it', async () => {
    const { exit, stdout, stderr } = await finish('fails-to-start', 'refused');

    expect(exit).toBe(1);
    expect(stdout).toEqual(['']);
    expect(stderr).toMatch(/^The backend did not start: 1 problem\.$/m);
    expect(stderr).toMatch(/^E_DEPENDENCY_MISSING {2}.+plugin 'refused'.+core\.httpRouter/m);
    expect(stderr).toMatch(/^ {2}fix: plugin 'refused' -> core\.httpRouter: add a factory/m);
    expect(stderr).toMatch(/^ {2}in: {2}@stagewire\/wiring@\d.+\.ts:\d+/m);
  });

  it('[W7.5] stops the other backends of its process too, and is told once', async () => {
    const { exit, stdout, stderr } = await finish('fails-to-start', 'beside');

    expect(exit).toBe(1);
    expect(stdout).toContain('other stops');
    expect(stdout.join('\n')).not.toContain('Unhandled rejection');
    expect(stderr.match(/The backend did not start/g)).toHaveLength(1);
  });
});

describe.concurrent('a failure that nobody handles', () => {
  it('[W7.7] is logged while the backend runs, and the process goes on', async () => {
    const { exit, stdout, stderr } = await finish('slips', 'runs');

    expect(exit).toBe(7);
    expect(stdout.slice(-3)).toEqual([
      '[unhandledRejection] Unhandled rejection RangeError: rejected',
      '[uncaughtException] Uncaught exception RangeError: thrown',
      'still here',
    ]);
    expect(stderr).toBe('');
  });

  it.each([
    ['while there is no logger yet', 'early'],
    ['after the backend was stopped', 'late'],
  ])('[W7.7] ends the process as Node does, %s', async (_, mode) => {
    const { exit, stdout, stderr } = await finish('slips', mode);

    expect(exit).toBe(1);
    expect(stdout).not.toContain('still here');
    expect(stderr).toContain('RangeError: rejected');
  });
});

describe('output that nobody reads any more', () => {
  it('does not keep a failed backend busy telling that it cannot tell', async () => {
    const fixture = runFixture('fails-to-start', 'floating');
    fixture.hangUp();

    expect(await fixture.exit).toBe(1);
  });
});

describe('a start that can never finish', () => {
  it('is told on stderr with what it waits for, and ends the process with code 1', async () => {
    const { exit, stderr } = await finish('never-starts');

    expect(exit).toBe(1);
    const [, waiting = ''] = /^E_STARTUP_STALLED .+ these still wait: (.+)$/m.exec(stderr) ?? [];
    expect(waiting.replaceAll(ORIGIN, '(origin)').split('; ')).toEqual([
      "plugin 'init' waits for its own init function (origin)",
      "plugin 'service' waits for service 'user' -> service 'slow' (origin)",
      "the backend waits for service 'slow-root' (origin)",
      "module 'provider' for plugin 'modules' waits for module 'user'",
      "module 'user' for plugin 'modules' waits for its own init function (origin)",
      'the backend waits for feature loader slow loader',
      'the backend waits for the import of features[1] (origin)',
      "plugin 'hooks' waits for its startup hooks",
      'the backend waits for the root startup hooks',
    ]);
    expect(stderr).toContain(
      '  fix: look for a promise in that init function or factory that nobody resolves',
    );
  });
});
