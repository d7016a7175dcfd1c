import { BackendError, explain, toError, type ExplainedError } from '@stagewire/errors';
import type { ListenAddress } from '../http/listen-address.js';

/** Refusals of the root HTTP router. */
export const rootHttpRouterErrors = {
  emptyPath: (): ExplainedError =>
    explain(
      new Error('Root router path may not be empty'),
      'E_ROOT_PATH_EMPTY',
      'give the path below which the handler answers, such as "/metrics"',
    ),

  pathConflict: (path: string, existing: string): ExplainedError =>
    explain(
      new Error(`Path ${path} conflicts with the existing path ${existing}`),
      'E_ROOT_PATH_CONFLICT',
      'choose a path that is neither above nor below another one, or remove one of the two features',
    ),

  emptyIndexPath: (): ExplainedError =>
    explain(
      new Error('indexPath option may not be an empty string'),
      'E_INDEX_PATH_EMPTY',
      'set indexPath to a path such as "/api/app", or to false to have no index',
    ),

  portInUse: ({ host, port }: ListenAddress, cause: Error): BackendError =>
    new BackendError(
      'E_PORT_IN_USE',
      `cannot listen on ${toAddress(host, port)} (backend.listen): another process has this port`,
      `stop the other process, or set backend.listen.port to a free port; port 0 takes any free one and logs it`,
      { cause },
    ),

  cannotListen: ({ host, port }: ListenAddress, cause: Error & { code?: string }): BackendError =>
    new BackendError(
      'E_CANNOT_LISTEN',
      `cannot listen on ${toAddress(host, port)} (backend.listen): ${cause.message}`,
      cause.code === 'EACCES'
        ? 'set backend.listen.port to a port from 1024 on, or allow this process to use lower ones'
        : 'set backend.listen.host to an address of this machine; without a host, all are used',
      { cause },
    ),

  healthHeader: (): ExplainedError =>
    explain(
      new Error('Invalid header value in at backend.health.headers, must be a non-empty string'),
      'E_HEALTH_HEADER',
      'give every key under backend.health.headers a string that is not empty',
    ),

  trustProxy: (value: unknown, cause: unknown): BackendError =>
    new BackendError(
      'E_TRUST_PROXY',
      `backend.trustProxy is ${JSON.stringify(value)}: ${toError(cause).message}`,
      'set it to true, false, a number of hops, or addresses such as "loopback" and "10.0.0.0/8"',
      { cause },
    ),

  securityHeaders: (cause: unknown): BackendError =>
    new BackendError(
      'E_SECURITY_HEADERS',
      `the security headers cannot be made from backend.csp and backend.referrer: ${toError(cause).message}`,
      'give every directive of backend.csp an array of sources, or false to remove it, and backend.referrer.policy an array of policies',
      { cause },
    ),

  certificate: (cause: unknown): BackendError =>
    new BackendError(
      'E_HTTPS_CERTIFICATE',
      `the certificate in backend.https.certificate cannot be used: ${toError(cause).message}`,
      'set backend.https.certificate.cert and .key to the PEM texts of a certificate and of its key, for example with $file',
      { cause },
    ),
};

function toAddress(host: string, port: number): string {
  if (host === '') return `*:${port}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
