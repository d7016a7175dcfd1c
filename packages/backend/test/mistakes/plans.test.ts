import { beforeAll, describe, expect, it } from 'vitest';
import type { Diagnostic } from '@stagewire/wiring';
import { mistakes } from './mistakes.js';
import { filesOf, runInChild } from './run-in-child.js';

const TIMEOUT = 120_000;

/** What hangs is told by the end of its process, as nothing else can. */
const planned = mistakes.filter(({ staysOpen }) => !staysOpen);
const tellable = planned.filter(({ getsTo }) => getsTo === 'nowhere');
const others = planned.filter(({ getsTo }) => getsTo !== 'nowhere');

describe('the plan of a program with one mistake', () => {
  let lines: Array<{ name: string; diagnostics: Diagnostic[]; isOpen: boolean }>;

  beforeAll(async () => {
    const places = planned.map((mistake) => String(mistakes.indexOf(mistake)));
    const files = places.flatMap((place) =>
      Object.entries(filesOf(mistakes[Number(place)]!)).map(
        ([path, text]) => [`${place}/${path}`, text] as const,
      ),
    );
    const { exit, stdout, stderr } = await runInChild('run-plans.ts', places, {
      files: Object.fromEntries(files),
    });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    lines = stdout
      .split('\n')
      .flatMap((line) => (line.startsWith('{"name"') ? [JSON.parse(line)] : []));
  }, TIMEOUT);

  it.each(tellable.map((mistake) => [mistake.name, mistake] as const))(
    'tells it, and opens nothing: %s',
    (name, { tells: { code, fix } }) => {
      const { diagnostics, isOpen } = lines.find((line) => line.name === name)!;

      // Several plugins may fail alike, which is one problem only where it is told to a person.
      expect([...new Set(diagnostics.map((diagnostic) => diagnostic.code))]).toEqual([code]);
      expect(diagnostics[0]).toMatchObject({
        severity: 'error',
        fix: typeof fix === 'string' ? expect.stringContaining(fix) : expect.stringMatching(fix),
      });
      expect(diagnostics[0]).not.toHaveProperty('permitted');
      expect(isOpen).toBe(false);
    },
  );

  it('tells nothing of those that show only when something runs', () => {
    const names = new Set(others.map(({ name }) => name));
    const told = lines.filter(({ name }) => names.has(name));

    expect(told).toHaveLength(others.length);
    expect(told.filter(({ diagnostics, isOpen }) => diagnostics.length > 0 || isOpen)).toEqual([]);
  });
});
