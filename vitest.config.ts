import { defineConfig } from 'vitest/config';

// The packages are tested from their sources: the condition picks src/ over dist/.
const conditions = ['@stagewire/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
    globalSetup: ['scripts/vitest-services.mjs'],
    pool: 'threads',
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
