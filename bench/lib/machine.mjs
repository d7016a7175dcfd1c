import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';

/** The machine that a result belongs to. */
export function machine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
  };
}

/** Versions of the packages that are compared. */
export async function versions() {
  const names = [
    '@backstage/backend-defaults',
    '@backstage/backend-plugin-api',
    '@backstage/backend-test-utils',
    '@stagewire/backend',
  ];
  const entries = names.map(async (name) => {
    const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    return [name, JSON.parse(await readFile(file, 'utf8')).version];
  });
  return Object.fromEntries(await Promise.all(entries));
}
