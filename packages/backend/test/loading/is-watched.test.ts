import { describe, expect, it } from 'vitest';
import { isStartedWatched, isWrapper } from '../../src/loading/is-watched.js';

const watched = (NODE_OPTIONS: string, execArgv: string[] = [], env = {}) =>
  isStartedWatched({ env: { NODE_OPTIONS, ...env }, execArgv });

describe('a process', () => {
  it.each([
    '--inspect',
    '--inspect-brk=127.0.0.1:9229',
    '--import=tsx',
    '"--import=./my hooks.mjs"',
    '-r newrelic',
    '--max-old-space-size=900 --require dd-trace/init',
    '--experimental-loader ./hooks.mjs',
    '--cpu-prof',
    '--heap-prof',
    '--prof',
    '--perf-basic-prof',
    '--test',
  ])('is watched under %s, given to it or in NODE_OPTIONS', (option) => {
    expect([watched(option), watched('', option.split(' '))]).toEqual([true, true]);
  });

  it.each(['', '--max-old-space-size=900 --no-warnings', '--conditions=import'])(
    'is not watched under "%s"',
    (options) => {
      expect(watched(options)).toBe(false);
    },
  );

  it('is watched in tests, for coverage, when it is run again on changes, and without a cache', () => {
    const environments = [
      { NODE_ENV: 'test' },
      { NODE_V8_COVERAGE: './coverage' },
      { NODE_TEST_CONTEXT: 'child-v8' },
      { WATCH_REPORT_DEPENDENCIES: '1' },
      { NODE_DISABLE_COMPILE_CACHE: '1' },
    ];

    expect(environments.map((env) => watched('', [], env))).toEqual([true, true, true, true, true]);
    expect(watched('', [], { NODE_ENV: 'production' })).toBe(false);
  });

  it('is watched by packages that wrap what is loaded', () => {
    const paths = ['require-in-the-middle/index.js', 'dd-trace/init.js', 'express/index.js'];

    expect(paths.map((path) => isWrapper(`/app/node_modules/${path}`))).toEqual([
      true,
      true,
      false,
    ]);
  });
});
