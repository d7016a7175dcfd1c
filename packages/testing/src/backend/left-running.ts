import { findTestHooks } from '../test-hooks.js';

/** Backends that no test has stopped yet. */
const running = new Set<{ stop(): Promise<void> }>();

/** Lets a backend be stopped when the tests of a file are over. @returns what takes it off the list */
export function stopAfterTests(backend: { stop(): Promise<void> }): () => void {
  running.add(backend);
  return () => void running.delete(backend);
}

/** Stops them side by side, and prints what that fails with. */
export async function stopLeftRunning(): Promise<void> {
  const left = [...running];
  running.clear();
  await Promise.all(
    left.map(async (backend) => {
      try {
        await backend.stop();
      } catch (error) {
        console.error(`Failed to stop backend after tests, ${error}`);
      }
    }),
  );
}

// Only while a file of tests is loaded can this be asked for, and not every framework has it.
findTestHooks().afterAll?.(stopLeftRunning);
