import stagewire from './jest.stagewire.config.mjs';

/** What only Jest has: a scope for each file, with globals, timers and classes of its own. */
export default { ...stagewire, testMatch: ['<rootDir>/sandbox/*.test.mjs'] };
