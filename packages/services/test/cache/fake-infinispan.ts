import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

/** What the fake driver keeps of each start. */
export type FakeInfinispan = {
  /** What `client()` was called with. */
  calls: Array<[servers: unknown, options: unknown]>;
  entries: Map<string, { value: string; options: unknown }>;
  /** What `put` and `get` give from now on, in the place of answers. */
  failure: Error | undefined;
  open: number;
};

/**
 * Makes an application the current one that has a package `infinispan`, which keeps entries in
 * memory, until the end of the test.
 */
export function installFakeInfinispan(): FakeInfinispan {
  const folder = mkdtempSync(join(tmpdir(), 'stagewire-infinispan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder);
  onTestFinished(() => cwd.mockRestore());
  const fake: FakeInfinispan = { calls: [], entries: new Map(), failure: undefined, open: 0 };
  const name = `fake-infinispan:${folder}`;
  Reflect.set(globalThis, name, fake);
  onTestFinished(() => void Reflect.deleteProperty(globalThis, name));

  const driver = join(folder, 'node_modules', 'infinispan');
  mkdirSync(driver, { recursive: true });
  writeFileSync(join(driver, 'package.json'), '{ "name": "infinispan", "main": "index.js" }');
  writeFileSync(
    join(driver, 'index.js'),
    `const fake = globalThis[${JSON.stringify(name)}];
const answer = async (work) => {
  if (fake.failure) throw fake.failure;
  return work();
};
exports.client = (servers, options) => answer(() => {
  fake.calls.push([servers, options]);
  fake.open += 1;
  return {
    get: (key) => answer(() => fake.entries.get(key)?.value),
    put: (key, value, options) => answer(() => void fake.entries.set(key, { value, options })),
    remove: (key) => answer(() => fake.entries.delete(key)),
    disconnect: async () => void (fake.open -= 1),
  };
});
`,
  );
  return fake;
}
