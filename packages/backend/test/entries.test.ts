import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultServiceFactories } from '@stagewire/backend';

/** The sub-paths of the stock package that hold the factory of one service each. */
const SERVICES = [
  'auditor',
  'auth',
  'cache',
  'database',
  'discovery',
  'httpAuth',
  'httpRouter',
  'lifecycle',
  'logger',
  'permissions',
  'permissionsRegistry',
  'rootConfig',
  'rootHealth',
  'rootHttpRouter',
  'rootLifecycle',
  'rootLogger',
  'rootSystemMetadata',
  'scheduler',
  'urlReader',
  'userInfo',
];

/** What the sub-paths of the stock package hold beside factories, as far as it is here as well. */
const BUILDING_BLOCKS: Record<string, string[]> = {
  alpha: [
    'actionsRegistryServiceFactory',
    'actionsServiceFactory',
    'metricsServiceFactory',
    'tracingServiceFactory',
  ],
  auditor: ['DefaultAuditorService', 'RootAuditor'],
  auth: [
    'createExternalTokenHandler',
    'externalTokenHandlersServiceRef',
    'pluginTokenHandlerDecoratorServiceRef',
  ],
  cache: ['CacheManager'],
  database: ['DatabaseManager'],
  discovery: ['HostDiscovery'],
  httpAuth: ['DefaultHttpAuthService'],
  rootHttpRouter: ['MiddlewareFactory', 'createHealthRouter'],
  rootLogger: ['createPinoRootLogger', 'createWinstonRootLogger'],
  urlReader: ['FetchUrlReader', 'urlReaderFactoriesServiceRef'],
};

type Entry = Record<string, unknown>;

const load = (packageName: string, name: string): Promise<Entry> =>
  import(`@stagewire/${packageName}/${name}`);

describe.each(['services', 'backend'])('the sub-paths of @stagewire/%s', (packageName) => {
  it('are those of the stock package', () => {
    const text = readFileSync(
      new URL(`../../${packageName}/package.json`, import.meta.url),
      'utf8',
    );
    const paths = Object.keys((JSON.parse(text) as { exports: object }).exports);

    const expected = ['.', ...[...SERVICES, 'alpha'].map((name) => `./${name}`), './package.json'];
    expect(paths.toSorted()).toEqual(expected.toSorted());
  });

  it.each(SERVICES)('have the factory that a backend installs: %s', async (name) => {
    const { [`${name}ServiceFactory`]: factory } = await load(packageName, name);

    expect(defaultServiceFactories).toContain(factory);
  });

  it.each(Object.entries(BUILDING_BLOCKS))('have building blocks: %s', async (name, blocks) => {
    const entry = await load(packageName, name);

    const names = blocks.map((block) => [block, typeof entry[block]]);
    expect(names).toEqual(blocks.map((block) => [block, expect.not.stringMatching('undefined')]));
  });
});

describe('a sub-path of @stagewire/backend', () => {
  it.each([...SERVICES, 'alpha'])('is that of @stagewire/services: %s', async (name) => {
    expect({ ...(await load('backend', name)) }).toEqual({ ...(await load('services', name)) });
  });
});
