import { cliErrors } from '../../errors.js';
import { FAKED_SERVICES, type AlonePlugin, type FakedService } from './alone-plugin.js';
import type { DevTarget } from './dev-target.js';

/** How a plugin runs alone. */
export type AloneOptions = {
  proxy?: string;
  token?: string;
  port?: string;
  real: FakedService[];
};

type PluginTarget = Extract<DevTarget, { type: 'plugin' }>;

/** @throws `E_CLI_DEV_PROXY_URL` */
export function toAlonePlugin(target: PluginTarget, options: AloneOptions): AlonePlugin {
  const { features, pluginIds } = target;
  const { proxy, token } = options;
  return {
    features,
    fakes: listFakes(options),
    ...(proxy !== undefined && {
      proxy: { url: toBaseUrl(proxy), pluginIds, ...(token !== undefined && { token }) },
    }),
  };
}

/** Tells what of a plugin alone is not as in its backend. */
export function describeAlone(target: PluginTarget, options: AloneOptions): string {
  const { proxy, token } = options;
  const fakes = listFakes(options).map((name) => `  ${name}: ${FAKED_SERVICES[name]}`);
  const elsewhere =
    proxy === undefined
      ? 'there are no other plugins: calls to them get 404 (--proxy names a backend that has them)'
      : `calls to other plugins go to ${toBaseUrl(proxy)}, ${token === undefined ? 'and need a token: --token' : 'with the token that was given'}`;
  return [
    `${target.name} runs alone on http://localhost:${toPort(options)}; ${elsewhere}`,
    'faked, unless named with --real:',
    ...fakes,
  ].join('\n');
}

/** Environment variables that say where a plugin alone listens, whatever its configuration says. */
export function toAddressVariables(options: AloneOptions): NodeJS.ProcessEnv {
  const port = toPort(options);
  return {
    APP_CONFIG_backend_baseUrl: `http://localhost:${port}`,
    APP_CONFIG_backend_listen: JSON.stringify({ host: 'localhost', port }),
  };
}

/** @throws `E_CLI_DEV_PORT` */
function toPort({ port, proxy }: AloneOptions): number {
  if (port === undefined) return proxy === undefined ? 7007 : 7008;
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) throw cliErrors.devPort(port);
  return number;
}

function listFakes({ real }: AloneOptions): FakedService[] {
  return (Object.keys(FAKED_SERVICES) as FakedService[]).filter((name) => !real.includes(name));
}

function toBaseUrl(proxy: string): string {
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw cliErrors.devProxyUrl(proxy);
  return proxy.replace(/\/+$/, '');
}
