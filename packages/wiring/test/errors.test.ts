import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isExplained } from '@stagewire/errors';
import { diagnosticsOf } from '@stagewire/wiring';
import { wiringErrors } from '../src/errors.js';
import {
  createRawFeature,
  createTestBackend,
  createTestFactory,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const section = page.split(/^## /m).find((part) => part.startsWith('wiring\n'))!;
const documented = [...section.matchAll(/^\| `(E_[A-Z_]+)` \|/gm)].map(([, code]) => code);

/** Every way to fill a number of parameters with a text, texts or lists of texts. */
function fillings(count: number): unknown[][] {
  const kinds = ['a text that is long enough', ['a', 'b'], [['a', 'b']]];
  if (count === 0) return [[]];
  return fillings(count - 1).flatMap((rest) => kinds.map((kind) => [...rest, kind]));
}

/** Builds an error with values of the kinds that its message is made of, whatever they are. */
function buildWithAnything(build: (...values: never[]) => unknown): unknown {
  for (const values of fillings(build.length)) {
    try {
      const error = build(...(values as never[]));
      if (isExplained(error) && typeof error.fix === 'string') return error;
    } catch {
      // Of another kind: the next filling.
    }
  }
  return undefined;
}

function boom(): never {
  throw new Error('boom');
}

describe('an error of the wiring', () => {
  it.each(Object.entries(wiringErrors) as Array<[string, (...values: never[]) => unknown]>)(
    'tells a documented code and a fix: %s',
    (_, build) => {
      const error = buildWithAnything(build) as Error & { code: string; fix: string };

      expect(documented).toContain(error.code);
      expect(error.fix.length).toBeGreaterThan(20);
      expect(Object.keys(error)).not.toContain('code');
      expect(Object.keys(error)).not.toContain('fix');
    },
  );
});

describe('a start that is refused', () => {
  const gone = createTestRef('gone');
  const broken = createTestRef('broken');
  const feature = createRawFeature({ getRegistrations: () => [] });

  it.each<[string, () => unknown[], string[]]>([
    ['E_FEATURE_IMPORT', () => [Promise.reject(new Error('none'))], ['E_FEATURE_IMPORT']],
    ['E_REGISTER_FAILED', () => [{ ...feature, getRegistrations: boom }], ['E_REGISTER_FAILED']],
    [
      'E_STARTUP_ERROR',
      () => [Object.defineProperty({ ...feature }, 'description', { get: boom })],
      ['E_STARTUP_ERROR'],
    ],
    [
      'E_STARTUP_FAILED',
      () => [createTestFactory(broken, { gone }), createTestPlugin('p', { broken })],
      ['E_SERVICE_MISSING'],
    ],
    ['E_STARTUP_REFUSED', () => [7, 8], ['E_FEATURE_INVALID', 'E_FEATURE_INVALID']],
  ])('has a documented code, and so has each problem: %s', async (code, toFeatures, codes) => {
    const error = await startError(createTestBackend({ features: toFeatures() }));

    const diagnostics = diagnosticsOf(error);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual(codes);
    expect(documented).toEqual(expect.arrayContaining([code, ...codes]));
    expect(diagnostics.every(({ fix, culprits }) => fix !== '' && culprits.length > 0)).toBe(true);
    // What an author threw is passed on as it is; its diagnostic has the code.
    expect(isExplained(error) ? error.code : codes[0]).toBe(code);
  });
});
