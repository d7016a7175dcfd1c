import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startPortal, type RunningPortal } from './running-portal.js';

const TOKEN = 'a-token-for-this-test';
const CATALOG = fileURLToPath(new URL('../catalog', import.meta.url));
const LIMIT = 60_000;

type Entity = {
  kind: string;
  metadata: { name: string; uid: string };
  relations?: Array<{ type: string; targetRef: string }>;
};

describe('the portal', () => {
  let directory: string;
  let portal: RunningPortal;
  const start = () =>
    startPortal({
      STAGEWIRE_DEV_TOKEN: TOKEN,
      APP_CONFIG_backend_database_connection_directory: directory,
    });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stagewire-portal-'));
    portal = await start();
  }, LIMIT);

  afterAll(async () => {
    await portal?.end('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  it('says what is up and how to try it', () => {
    expect(portal.output()).toMatch(/The portal is up after \d+\.\d s, with plugin catalog\. Try:/);
    expect(portal.output()).toContain(`curl -H 'Authorization: Bearer ${TOKEN}'`);
  });

  it('refuses a call without credentials, with the error body of the ecosystem', async () => {
    const response = await fetch(`${portal.url}/api/catalog/entities`);

    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      error: { name: 'AuthenticationError', message: 'Missing credentials' },
      request: { method: 'GET', url: '/entities' },
      response: { statusCode: 401 },
    });
  });

  it(
    'serves all entities of its catalog file, relations stitched',
    async () => {
      const expected = await listCatalogNames();
      expect(expected.length).toBeGreaterThanOrEqual(60);

      const entities = await eventually(async () => {
        const found = await getEntities(portal);
        const names = new Set(found.map(toName));
        const stitched = found.every(
          ({ kind, relations }) => kind === 'Location' || relations?.length,
        );
        return expected.every((name) => names.has(name)) && stitched ? found : undefined;
      }, LIMIT);

      const refs = new Set(entities.map(toRef));
      const targets = entities.flatMap(({ relations = [] }) => relations.map((r) => r.targetRef));
      expect(targets.length).toBeGreaterThan(expected.length);
      expect(targets.filter((target) => !refs.has(target))).toEqual([]);
    },
    LIMIT,
  );

  it(
    'ends in order on SIGTERM, and has the same data after a second start',
    async () => {
      const before = await getEntities(portal);

      expect(await portal.end('SIGTERM')).toBe(0);
      portal = await start();
      const after = await getEntities(portal);

      expect(after.map(({ metadata }) => metadata.uid).toSorted()).toEqual(
        before.map(({ metadata }) => metadata.uid).toSorted(),
      );
      expect(portal.output()).not.toMatch(/error/i);
      expect(await portal.end('SIGINT')).toBe(0);
    },
    LIMIT,
  );

  it(
    'prints no token in production',
    async () => {
      portal = await startPortal({
        NODE_ENV: 'production',
        STAGEWIRE_DEV_TOKEN: TOKEN,
        APP_CONFIG_backend_database_connection_directory: directory,
      });

      const response = await fetch(`${portal.url}/api/catalog/entities`, authorization);

      expect(response.status).toBe(401);
      expect(portal.output()).toContain('The portal is up');
      expect(portal.output()).not.toContain(TOKEN);
    },
    LIMIT,
  );
});

const authorization = { headers: { authorization: `Bearer ${TOKEN}` } };
const toName = ({ kind, metadata }: Entity) => `${kind}:${metadata.name}`;
const toRef = ({ kind, metadata }: Entity) => `${kind.toLowerCase()}:default/${metadata.name}`;

async function getEntities(portal: RunningPortal): Promise<Entity[]> {
  const response = await fetch(`${portal.url}/api/catalog/entities`, authorization);
  expect(response.status).toBe(200);
  return (await response.json()) as Entity[];
}

/** Every `Kind:name` in the catalog files, read as text so that the test knows no parser. */
async function listCatalogNames(): Promise<string[]> {
  const files = (await readdir(CATALOG, { recursive: true })).filter((file) =>
    file.endsWith('.yaml'),
  );
  const texts = await Promise.all(files.map((file) => readFile(join(CATALOG, file), 'utf8')));
  return texts
    .flatMap((text) => text.split(/^---$/m))
    .flatMap((document) => {
      const kind = /^kind: (\w+)/m.exec(document)?.[1];
      const name = /^ {2}name: (\S+)/m.exec(document)?.[1];
      return kind && name ? [`${kind}:${name}`] : [];
    });
}
