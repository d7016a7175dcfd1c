import stock from './jest.stock.config.mjs';

/** The same, but for where the test utilities come from. */
export default {
  ...stock,
  moduleNameMapper: {
    '^@backstage/backend-test-utils$': '@stagewire/testing',
    '^@backstage/backend-test-utils/alpha$': '@stagewire/testing/alpha',
  },
  // Linked from this repository; an app has them in its node_modules, and needs no such line.
  transformIgnorePatterns: ['/node_modules/', '/packages/[^/]+/dist/'],
};
