import { coreServices, createServiceFactory, createServiceRef } from '@stagewire/plugin-api';

const welcomeRef = createServiceRef<object>({ id: 'portal.welcome', scope: 'root' });

/** Says what is up once everything has started, with two lines to try. */
export function createWelcome(token: string | undefined) {
  return createServiceFactory({
    service: welcomeRef,
    deps: {
      config: coreServices.rootConfig,
      lifecycle: coreServices.rootLifecycle,
      metadata: coreServices.rootInstanceMetadata,
    },
    factory: ({ config, lifecycle, metadata }) => {
      const port = config.getOptionalNumber('backend.listen.port') ?? 7007;
      lifecycle.addStartupHook(async () => {
        const plugins = await metadata.getInstalledPlugins();
        console.log(welcome(`http://localhost:${port}`, plugins, token));
      });
      return {};
    },
  });
}

function welcome(
  url: string,
  plugins: ReadonlyArray<{ pluginId: string }>,
  token: string | undefined,
): string {
  const seconds = (performance.now() / 1000).toFixed(1);
  const ids = plugins.map(({ pluginId }) => pluginId).join(', ');
  const lines = [
    '',
    `The portal is up after ${seconds} s, with plugin ${ids}. Try:`,
    '',
    `  curl ${url}/.backstage/health/v1/readiness`,
  ];
  if (token) {
    lines.push(
      `  curl -H 'Authorization: Bearer ${token}' '${url}/api/catalog/entities?limit=3'`,
      '',
      'The token is for development only; STAGEWIRE_DEV_TOKEN sets another one.',
    );
  }
  return `${lines.join('\n')}\n`;
}
