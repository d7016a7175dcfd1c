import type { Config } from '@stagewire/config';
import { httpErrors } from './errors.js';

/** Where a backend listens. */
export type ListenAddress = {
  /** An interface's address or name; the empty string is all interfaces, IPv4 and IPv6. */
  host: string;
  /** 0 to 65535; 0 lets the system pick a free port. */
  port: number;
};

const DEFAULT_PORT = 7007;
const ALL_INTERFACES = '';

/** `<port>`, `<host>:<port>` or `[<IPv6>]:<port>`. */
const ADDRESS = /^(?:(?:\[([^\]]*)\]|([^:]*)):)?(\d{1,5})$/;

/**
 * Reads `backend.listen`: a port, `<host>:<port>`, or an object with `host` and `port`.
 *
 * @throws `E_LISTEN_ADDRESS` when it is none of these
 */
export function readListenAddress(config: Config): ListenAddress {
  const listen = config.getOptional('backend.listen');
  if (listen === undefined) return { host: ALL_INTERFACES, port: DEFAULT_PORT };
  if (typeof listen === 'string' || typeof listen === 'number') return parseAddress(listen);
  if (typeof listen !== 'object' || listen === null || Array.isArray(listen)) {
    throw httpErrors.listenAddress(listen);
  }
  return {
    host: readHost(config),
    port: checkPort(config.getOptionalNumber('backend.listen.port') ?? DEFAULT_PORT, listen),
  };
}

function parseAddress(listen: string | number): ListenAddress {
  const match = ADDRESS.exec(String(listen).trim());
  if (!match) throw httpErrors.listenAddress(listen);
  return {
    host: match[1] ?? match[2] ?? ALL_INTERFACES,
    port: checkPort(Number(match[3]), listen),
  };
}

function readHost(config: Config): string {
  // getOptionalString would refuse the empty string, which means all interfaces here.
  const host = config.getOptional('backend.listen.host');
  if (host === '') return ALL_INTERFACES;
  return config.getOptionalString('backend.listen.host') ?? ALL_INTERFACES;
}

function checkPort(port: number, listen: unknown): number {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw httpErrors.listenAddress(listen);
  return port;
}

/** The address of this machine that stands behind an address to listen on. */
export function toReachable(host: string): string {
  if (host === '' || host === '::') return 'localhost';
  if (host === '0.0.0.0') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
