import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@backstage\/backend-test-utils(\/alpha)?$/, replacement: '@stagewire/testing$1' },
    ],
  },
  test: {
    include: ['scenarios/*.test.mjs'],
    globals: true,
    // Linked from this repository; an app has it in its node_modules, and needs no such line.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
  },
});
