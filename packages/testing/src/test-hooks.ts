/** What test frameworks put into the global scope, where they do. */
type TestHooks = Partial<
  Record<
    'beforeAll' | 'afterEach' | 'afterAll',
    (hook: () => void | Promise<void>, timeout?: number) => void
  >
>;

/** The hooks of the test framework that runs; those that it keeps to itself are undefined. */
export function findTestHooks(): TestHooks {
  return globalThis as TestHooks;
}
