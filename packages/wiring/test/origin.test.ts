import { describe, expect, it } from 'vitest';
import { createBackendFeatureLoader } from '@stagewire/plugin-api';
import { installPlugin } from './package-fixture.js';
import { createTestBackend } from './support.js';

describe('the package of a plugin that does not tell it', () => {
  it('is found, also when its import is done after that of others', async () => {
    const backend = createTestBackend({
      features: [
        installPlugin('plugin-first', '1.0.0', 'first'),
        // Done while the backend collects, after the first was looked at.
        new Promise((resolve) =>
          setImmediate(() => resolve(installPlugin('plugin-later', '2.0.0', 'later'))),
        ),
      ],
    });

    const { plan } = await backend.start();

    expect(originsOf(plan)).toEqual([
      expect.stringMatching(/^plugin-first@1\.0\.0/),
      expect.stringMatching(/^plugin-later@2\.0\.0/),
    ]);
  });

  it('is found when a feature loader brings it', async () => {
    const loader = createBackendFeatureLoader({
      loader: () => [installPlugin('plugin-loaded', '3.0.0', 'loaded')],
    });
    const backend = createTestBackend({
      features: [installPlugin('plugin-first', '1.0.0', 'first'), loader],
    });

    const { plan } = await backend.start();

    expect(originsOf(plan)).toEqual([
      expect.stringMatching(/^plugin-first@1\.0\.0/),
      expect.stringMatching(/^plugin-loaded@3\.0\.0/),
    ]);
  });
});

const originsOf = ({ plugins }: { plugins: Array<{ origin: string }> }) =>
  plugins.map(({ origin }) => origin);
