import { explain } from '@stagewire/errors';

/** Refusals of the backend package itself. */
export const backendErrors = {
  appPackageNotFound: (start: string) =>
    explain(
      new Error('Package discovery failed to find package.json'),
      'E_DISCOVERY_NO_PACKAGE',
      `start the backend from inside a package: there is no package.json in ${start} or above it`,
    ),

  packagesConfig: (received: string) =>
    explain(
      new Error(
        `Invalid config at 'backend.packages', expected 'all' or an object with include and exclude, got ${received}`,
      ),
      'E_DISCOVERY_CONFIG',
      "write backend.packages: all, or backend.packages.include and backend.packages.exclude with package names ('*' stands for any characters)",
    ),
};
