import type { Layout } from './layout.js';
import type { Neighbour } from './templates/package.js';

/** What to type to run the tests of a package. */
export function toTestCommand({ packageManager }: Layout, { name, folder }: Neighbour): string {
  if (packageManager === 'npm') return `npm test --workspace ${folder}`;
  return packageManager === 'yarn' ? `yarn workspace ${name} test` : `pnpm --filter ${name} test`;
}
