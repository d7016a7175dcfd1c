import { beforeAll, describe, expect, it } from 'vitest';
import { goodConfig, type Telling } from './mistake.js';
import { findMistake, hangs, mistakes, mistakesByKind } from './mistakes.js';
import { filesOf, runInChild, type Outcome } from './run-in-child.js';
import { readTold } from './told.js';

/** The machine is shared: more processes at once would only wait for each other. */
const SIDE_BY_SIDE = 2;

/** A process waits for its turn, and for the machine. */
const TIMEOUT = 120_000;

const files = filesOf({});

/** Started in a process of its own: one mistake of each kind, and what only such a process shows. */
const alone = Object.values(mistakesByKind).flatMap((kind) =>
  kind.filter(({ staysOpen, isPortTaken }, index) => index === 0 || staysOpen || isPortTaken),
);
/** Started one after the other in one process, which takes seconds where processes take a minute. */
const together = mistakes.filter((mistake) => !alone.includes(mistake));

/** Waits for seconds and does nothing: begun first, looked at last. */
let hanging: Promise<Outcome>;
beforeAll(() => {
  const config = `${goodConfig}  startup:\n    initWarningAfter: 200ms\n`;
  hanging = runInChild('run-mistake.ts', [hangs.name], {
    files: filesOf({ ...hangs, config }),
    stopAt: "is still starting after 0 s: it waits for service 'acme.audit' (",
  });
  hanging.catch(() => {}); // told by its test
});

describe('the table of mistakes', () => {
  it('has a name of its own for each, and as many as it promises', () => {
    expect(new Set(mistakes.map(({ name }) => name)).size).toBe(mistakes.length);
    expect(mistakes.length).toBeGreaterThanOrEqual(100);
  });
});

describe('a program with one mistake', () => {
  const outcomes = new Map<string, Promise<Outcome>>();

  beforeAll(() => {
    const inTurn = limit(SIDE_BY_SIDE);
    for (const mistake of alone) {
      const args = [mistake.name, ...(mistake.args ?? [])];
      const surroundings = { ...mistake, files: filesOf(mistake) };
      const outcome = inTurn(() => runInChild('run-mistake.ts', args, surroundings));
      outcome.catch(() => {}); // told by the test of that mistake
      outcomes.set(mistake.name, outcome);
    }
  });

  it.each(alone.map((mistake) => [mistake.name, mistake] as const))(
    'ends with code 1 and tells one problem: %s',
    async (name, { getsTo, tells }) => {
      const { exit, stdout, stderr, isPortOpen } = await outcomes.get(name)!;

      expectTold(stderr, tells);
      expect({
        exit,
        isPortOpen,
        isStarted: stdout.includes('backend started'),
        isWitnessStarted: stdout.includes('witness started'),
      }).toEqual({
        exit: 1,
        isPortOpen: false,
        isStarted: false,
        isWitnessStarted: getsTo === 'plugins',
      });
      if (getsTo === 'nowhere') expect(stdout).not.toContain('Listening on');
    },
    TIMEOUT,
  );
});

describe('a start with one mistake', () => {
  let lines: Array<{ name: string; told: string; isWitnessStarted: boolean }>;

  beforeAll(async () => {
    const places = together.map((mistake) => String(mistakes.indexOf(mistake)));
    const inFolders = places.flatMap((place) =>
      Object.entries(filesOf(mistakes[Number(place)]!)).map(
        ([path, text]) => [`${place}/${path}`, text] as const,
      ),
    );
    const { exit, stdout, stderr } = await runInChild('run-mistakes.ts', places, {
      files: Object.fromEntries(inFolders),
    });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    lines = stdout
      .split('\n')
      .flatMap((line) => (line.startsWith('{"name"') ? [JSON.parse(line)] : []));
  }, TIMEOUT);

  it.each(together.map((mistake) => [mistake.name, mistake] as const))(
    'rejects with one problem: %s',
    (name, { getsTo, tells }) => {
      const { told, isWitnessStarted } = lines.find((line) => line.name === name)!;

      expectTold(told, tells);
      expect(isWitnessStarted).toBe(getsTo === 'plugins');
    },
  );
});

describe('a module without its plugin', () => {
  it('is told as a warning, and the backend starts', async () => {
    const { name } = findMistake('a module is alone and may not be');

    const { exit, stdout, stderr } = await runInChild('run-mistake.ts', [name], { files });

    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('backend started');
    expect(stdout).toMatch(/"level":"warn".*E_MODULE_ORPHAN.*fix: add plugin 'todo'/);
  });
});

describe('several mistakes', () => {
  it('are told at once, each as if it were alone', async () => {
    const made = [
      'null is added',
      'core.pluginMetadata is replaced',
      'register throws',
      'a root service needs a plugin service',
      'two plugins have one extension point id',
    ].map(findMistake);

    const names = made.map(({ name }) => name).join('|');
    const { exit, stderr } = await runInChild('run-mistake.ts', [names], { files });

    expect(exit).toBe(1);
    expect(readTold(stderr).map(({ code }) => code)).toEqual(made.map(({ tells }) => tells.code));
  });
});

describe('a start that hangs while a port is open', () => {
  it('is named in the log, and stops when it is told to, with what it waited for', async () => {
    const { exit, stderr, isPortOpen } = await hanging;

    expectTold(stderr, hangs.tells);
    expect({ exit, isPortOpen }).toEqual({ exit: 1, isPortOpen: false });
  });
});

function expectTold(text: string, { code, problem, fix, culprit }: Telling): void {
  const problems = readTold(text);

  expect(problems).toEqual([
    {
      code,
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem),
      fix: typeof fix === 'string' ? expect.stringContaining(fix) : expect.stringMatching(fix),
      culprits: expect.anything(),
    },
  ]);
  // Where the place is what has to be mended, the fix or the problem names it.
  const places = [...problems[0]!.culprits, problems[0]!.fix, problems[0]!.problem];
  const isNamed = (place: string) =>
    typeof culprit === 'string' ? place.includes(culprit) : culprit.test(place);
  expect(places.some(isNamed), `${String(culprit)} is not in:\n${places.join('\n')}`).toBe(true);
}

/** Lets a number of tasks run at a time, the others in their order after them. */
function limit(atOnce: number): <T>(task: () => Promise<T>) => Promise<T> {
  const lanes: Promise<unknown>[] = Array.from({ length: atOnce }, () => Promise.resolve());
  let next = 0;
  return (task) => {
    const lane = next++ % atOnce;
    const run = lanes[lane]!.then(task, task);
    lanes[lane] = run;
    return run;
  };
}
