import type { Diagnostic } from '@stagewire/wiring';
import { describe, expect, it } from 'vitest';
import { describeOutcome } from '../../../src/commands/dev/describe-outcome.js';
import type { ToldReplacement } from '../../../src/commands/dev/dev-messages.js';
import { createStyle } from '../../../src/terminal/style.js';

const NOTHING: ToldReplacement = {
  started: [],
  replaced: [],
  stopped: [],
  kept: [],
  failed: [],
  diagnostics: [],
};

const MISTAKE: Diagnostic = {
  severity: 'error',
  code: 'E_INIT_FAILED',
  problem: 'no post',
  fix: 'mend it',
  culprits: [],
};

const tell = (...replacements: Array<Partial<ToldReplacement>>) =>
  describeOutcome(
    { type: 'done', replacements: replacements.map((each) => ({ ...NOTHING, ...each })) },
    'src/a.ts',
    12.4,
    createStyle(false),
  );

describe('what is told of a save', () => {
  it('is one line with what became of each plugin', () => {
    expect(tell({ replaced: ['todo', 'notes'], started: ['mail'] }, { stopped: ['news'] })).toEqual(
      { text: 'replaced todo, notes, started mail, stopped news in 12 ms (src/a.ts)' },
    );
  });

  it('has below it why a plugin is kept, or no longer runs', () => {
    const { text } = tell({
      kept: [
        { pluginId: 'todo', diagnostics: [MISTAKE] },
        { pluginId: 'mail', diagnostics: [MISTAKE], startedAnew: true },
      ],
      failed: [{ pluginId: 'news', diagnostics: [MISTAKE] }],
      diagnostics: [MISTAKE],
    });

    expect(text).toBe(
      [
        'kept as before: todo, started anew as before: mail, no longer running: news in 12 ms (src/a.ts)',
        '  E_INIT_FAILED  no post',
        '    fix: mend it',
      ].join('\n'),
    );
  });

  it('leaves out what policy permits', () => {
    const permitted: Diagnostic = { ...MISTAKE, permitted: true };
    expect(tell({ diagnostics: [permitted] })).toEqual({
      text: 'no plugin is another now (src/a.ts)',
    });
  });

  it('is a restart where nothing else will do, but only if the backend would start', () => {
    const restartNeeded = ["the factory of service 'mail' is changed"];

    expect(tell({ restartNeeded })).toEqual({
      text: "restarting, as it changed: the factory of service 'mail' is changed (src/a.ts)",
      restart: true,
    });
    expect(tell({ restartNeeded, diagnostics: [MISTAKE] }).text).toMatch(
      /^not taken on: it would not start; what ran before goes on \(src\/a\.ts\)\n {2}E_INIT_FAILED/,
    );
  });
});
