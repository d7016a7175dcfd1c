import { BackendError, NotAllowedError, explain } from '@stagewire/errors';

/** Every way in which reading a URL fails and a person has to solve it. */
export const urlReaderErrors = {
  notAllowed: (url: string, host: string) =>
    explain(
      new NotAllowedError(
        `Reading from '${url}' is not allowed. You may need to configure an integration for the target host, ` +
          `or add it to the configured list of allowed hosts at 'backend.reading.allow'`,
      ),
      'E_URL_NOT_ALLOWED',
      `add "- host: ${host}" to backend.reading.allow in app-config.yaml, or add a reader for that host ` +
        `with a factory for the service core.urlReader.factories`,
    ),

  redirectNotAllowed: (url: string, host: string) =>
    explain(
      new NotAllowedError(`URL not allowed by backend.reading.allow configuration: ${url}`),
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

  invalidMaxResponseSize: (value: number) =>
    new BackendError(
      'E_URL_MAX_RESPONSE_SIZE',
      `Invalid value ${value} in config at 'backend.reading.maxResponseSize', expected a whole number of bytes above 0`,
      'write a number of bytes, for example 104857600 for 100 MiB, or drop the key',
    ),

  tooLarge: (url: string, maxResponseSize: number) =>
    new BackendError(
      'E_URL_TOO_LARGE',
      `Unable to read ${url}, it has more than ${maxResponseSize} bytes`,
      'raise backend.reading.maxResponseSize (bytes) in app-config.yaml if this URL has to be read',
    ),

  timedOut: (url: string, timeoutMs: number) =>
    new BackendError(
      'E_URL_TIMEOUT',
      `Unable to read ${url}, it took longer than ${timeoutMs} ms`,
      'look whether the host answers, or raise backend.reading.timeout (a duration) in app-config.yaml',
    ),
};
