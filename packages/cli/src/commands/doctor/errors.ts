import { BackendError } from '@stagewire/errors';

/** What `stagewire doctor` finds by itself; the rest are the errors of those that it asks. */
export const doctorErrors = {
  node: (version: string, wanted: string, who: string) =>
    new BackendError(
      'E_CLI_DOCTOR_NODE',
      `this is Node ${version}, and ${who} wants ${wanted}`,
      'install such a Node, or call stagewire with it',
    ),

  lockfileMissing: (file: string, install: string) =>
    new BackendError(
      'E_CLI_DOCTOR_LOCKFILE',
      `there is no ${file}: another install may bring other versions`,
      `run ${install}, and keep the file with the code`,
    ),

  lockfileSeveral: (files: readonly string[], keep: string) =>
    new BackendError(
      'E_CLI_DOCTOR_LOCKFILE',
      `several package managers have written lockfiles: ${files.join(', ')}`,
      `keep ${keep}, delete the others, and install anew`,
    ),

  lockfileStale: (different: readonly string[], install: string) =>
    new BackendError(
      'E_CLI_DOCTOR_LOCKFILE',
      `what is installed is not what the lockfile says: ${summarise(different)}`,
      `run ${install}`,
    ),

  missing: (names: readonly string[], who: string, install: string) =>
    new BackendError(
      'E_CLI_DOCTOR_MISSING',
      `${who} depends on ${names.length === 1 ? 'a package that is' : `${names.length} packages that are`} not installed: ${summarise(names)}`,
      `run ${install}`,
    ),

  range: (name: string, version: string, range: string, who: string, install: string) =>
    new BackendError(
      'E_CLI_DOCTOR_RANGE',
      `${who} wants ${name}@${range}, and ${version} is installed`,
      `run ${install}, or change the range to ^${version}`,
    ),

  peerMissing: (name: string, range: string, who: string) =>
    new BackendError(
      'E_CLI_DOCTOR_PEER',
      `${who} needs ${name}@${range} beside it, which is not installed`,
      `add ${name}@${range} to the package that depends on it`,
    ),

  peerRange: (name: string, range: string, version: string, who: string) =>
    new BackendError(
      'E_CLI_DOCTOR_PEER',
      `${who} needs ${name}@${range} beside it, and finds ${version}`,
      `install a ${name} of that range, or a version of the other that takes ${version}`,
    ),

  native: (name: string, reason: string) =>
    new BackendError(
      'E_CLI_DOCTOR_NATIVE',
      `the native module ${name} does not load: ${reason}`,
      `build it for this Node: npm rebuild ${name}; install scripts have to be allowed for it`,
    ),

  skew: (name: string, versions: readonly string[]) =>
    new BackendError(
      'E_CLI_DOCTOR_SKEW',
      `packages of this repository want different versions of ${name}: ${versions.join('; ')}`,
      'write the same range in all of them, and install anew',
    ),

  stagewireSkew: (versions: readonly string[]) =>
    new BackendError(
      'E_CLI_DOCTOR_SKEW',
      `packages of Stagewire are of different versions: ${summarise(versions)}`,
      'update all of them to the same version: they are released together',
    ),

  release: (problem: string) =>
    new BackendError(
      'E_CLI_DOCTOR_RELEASE',
      problem,
      'write the release that the @backstage packages are of: { "version": "1.40.0" }',
    ),

  duplicate: (name: string, copies: readonly string[], consequence: string) =>
    new BackendError(
      'E_CLI_DOCTOR_DUPLICATE',
      `there are ${copies.length} copies of ${name}: ${copies.join('; ')}${consequence}`,
      `update who needs the older one, or deduplicate: npm dedupe, yarn dedupe ${name}`,
    ),

  setting: (key: string, problem: string, fix: string) =>
    new BackendError('E_CLI_DOCTOR_SETTING', `'${key}' ${problem}`, fix),

  unreachable: (what: string, address: string, reason: string) =>
    new BackendError(
      'E_CLI_DOCTOR_UNREACHABLE',
      `${what} at ${address} cannot be reached: ${reason}`,
      'start it, or look at the address, the name service and firewalls',
    ),

  untried: (addresses: readonly string[]) =>
    new BackendError(
      'E_CLI_DOCTOR_UNTRIED',
      `not tried: ${addresses.join(', ')}`,
      'call stagewire doctor --connect to see whether they answer',
    ),
};

const MAX_NAMES = 8;

/** The first of some names, and how many more there are. */
export function summarise(names: readonly string[], most = MAX_NAMES): string {
  const rest = names.length - most;
  return [...names.slice(0, most), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}
