import { hideUrlSecrets } from '@stagewire/config';
import { BackendError, InputError, NotAllowedError, explain } from '@stagewire/errors';

/** Every way in which reading a URL fails and a person has to solve it. */
export const urlReaderErrors = {
  notAllowed: (url: string, host: string) =>
    explain(
      new NotAllowedError(
        `Reading from '${hideUrlSecrets(url)}' is not allowed. You may need to configure an integration for the target host, ` +
          `or add it to the configured list of allowed hosts at 'backend.reading.allow'`,
      ),
      'E_URL_NOT_ALLOWED',
      (/^https?:/i.test(url)
        ? `add "- host: ${host}" to backend.reading.allow in app-config.yaml, or configure the host under integrations`
        : 'read an https or http URL') +
        ', or add a reader with a factory for the service core.urlReader.factories',
    ),

  credentialsInUrl: (url: string, target: string) =>
    explain(
      new InputError(
        `Unable to read ${hideUrlSecrets(url)}, no credentials may stand in ${hideUrlSecrets(target)}`,
      ),
      'E_URL_CREDENTIALS',
      'take what stands in front of the @ out of the URL; hand a token over with the option token',
    ),

  redirectNotAllowed: (url: string, host: string) =>
    explain(
      new NotAllowedError(
        `URL not allowed by backend.reading.allow configuration: ${hideUrlSecrets(url)}`,
      ),
      'E_URL_REDIRECT_NOT_ALLOWED',
      `if the redirect is wanted, add "- host: ${host}" to backend.reading.allow in app-config.yaml`,
    ),

  invalidAllowedHost: (host: string, index: number) =>
    new BackendError(
      'E_URL_ALLOWED_HOST',
      `Invalid host '${host}' in config at 'backend.reading.allow[${index}].host', ` +
        `expected a host name, optionally with ':<port>' or ':<from>-<to>', ports from 1 to 65535`,
      'write for example "example.com", "*.example.com", "example.com:8080" or "example.com:8000-8999"',
    ),

  invalidLimit: (key: string, value: number, byDefault: number) =>
    new BackendError(
      'E_URL_MAX_RESPONSE_SIZE',
      `Invalid value ${value} in config at '${key}', expected a whole number above 0`,
      `write a number, for example ${byDefault}, or drop the key for just that`,
    ),

  tooLarge: (url: string, maxResponseSize: number) =>
    new BackendError(
      'E_URL_TOO_LARGE',
      `Unable to read ${hideUrlSecrets(url)}, it has more than ${maxResponseSize} bytes`,
      'raise backend.reading.maxResponseSize (bytes) in app-config.yaml if this URL has to be read',
    ),

  timedOut: (url: string, timeoutMs: number) =>
    new BackendError(
      'E_URL_TIMEOUT',
      `Unable to read ${hideUrlSecrets(url)}, it took longer than ${timeoutMs} ms`,
      'look whether the host answers, or raise backend.reading.timeout (a duration) in app-config.yaml',
    ),

  treeTooLarge: (maxTreeSize: number) =>
    new BackendError(
      'E_URL_TREE_TOO_LARGE',
      `Unable to read the tree, its files have more than ${maxTreeSize} bytes`,
      'read a folder of it, or raise backend.reading.maxTreeSize (bytes) in app-config.yaml',
    ),

  tooManyEntries: (maxTreeEntries: number) =>
    new BackendError(
      'E_URL_TREE_ENTRIES',
      `Unable to read the tree, it has more than ${maxTreeEntries} files and folders`,
      'read a folder of it, or raise backend.reading.maxTreeEntries in app-config.yaml',
    ),

  pathLeadsOut: (path: string) =>
    explain(
      new NotAllowedError(
        `Relative path is not allowed to refer to a directory outside its parent: ${JSON.stringify(path)}`,
      ),
      'E_URL_TREE_PATH',
      'look at where the tree comes from: no tool packs such a path by accident',
    ),

  pathTraversal: (url: string) =>
    explain(
      new InputError(
        `Invalid SCM URL: path traversal is not allowed in the URL: ${hideUrlSecrets(url)}`,
      ),
      'E_URL_TRAVERSAL',
      'write the path without "." and ".." segments',
    ),

  unknownForm: (url: string, expected: string) =>
    explain(
      new InputError(`Unable to read ${hideUrlSecrets(url)}, it does not look like ${expected}`),
      'E_URL_FORM',
      'copy the URL of the file or folder from the address bar of a browser',
    ),

  invalidAnswer: (url: string, target: string, problem: string) =>
    new BackendError(
      'E_URL_ANSWER',
      `Unable to read ${hideUrlSecrets(url)}, the answer of ${hideUrlSecrets(target)} ${problem}`,
      'look whether the API of the integration is at that address, and not a page to sign in, or a proxy',
    ),

  packageMissing: (name: string, purpose: string, cause: unknown) =>
    new BackendError(
      'E_URL_PACKAGE_MISSING',
      `Reading from ${purpose} needs the package ${name}, which is not installed`,
      `type: npm install ${name}`,
      { cause },
    ),
};
