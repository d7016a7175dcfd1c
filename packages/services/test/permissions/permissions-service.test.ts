import { ConfigReader, type JsonObject } from '@stagewire/config';
import type {
  AuthorizePermissionRequest,
  BackstageCredentials,
  Permission,
  PermissionsService,
  ResourcePermission,
} from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { permissionsServiceFactory } from '../../src/permissions/permissions-service-factory.js';
import {
  createIssuer,
  decode,
  issueUserToken,
  publishKeys,
  startProcess,
} from '../auth/support.js';
import { serveLoopback } from '../support/loopback-server.js';

afterEach(() => {
  vi.restoreAllMocks();
});

type Item = { id: string; permission: Permission; resourceRef?: string | string[] };
type Seen = {
  method: string | undefined;
  url: string | undefined;
  authorization: string | undefined;
  items: Item[];
};

const basic = (name: string, action?: 'create' | 'read'): Permission => ({
  type: 'basic',
  name,
  attributes: action ? { action } : {},
});
const resource = (name: string): ResourcePermission => ({
  type: 'resource',
  name,
  attributes: {},
  resourceType: 'todo',
});

/** The service for `catalog`, and a permission backend that allows names that start with `ok`. */
async function withPermissions(permission: JsonObject = { enabled: true }) {
  const seen: Seen[] = [];
  const backend = {
    status: 200,
    respond: (items: Item[]): unknown => ({
      items: items
        .map(({ id, permission: { name } }) => ({
          id,
          result: name.startsWith('ok') ? 'ALLOW' : 'DENY',
        }))
        .toReversed(),
    }),
  };
  const { url } = await serveLoopback(async (req, res) => {
    const chunks = await req.toArray();
    const { items } = JSON.parse(Buffer.concat(chunks).toString());
    const { method, url: path } = req;
    seen.push({ method, url: path, authorization: req.headers.authorization, items });
    const body = backend.respond(items);
    res.writeHead(backend.status, { 'content-type': 'application/json' });
    res.end(typeof body === 'string' ? body : JSON.stringify(body));
  });

  const issuer = createIssuer();
  const keys = await publishKeys([issuer.jwk]);
  const process = await startProcess({ urls: { auth: keys.url } });
  const auth = await process.plugin('catalog');
  const service = (await (permissionsServiceFactory as unknown as ServiceFactoryShape).factory(
    {
      auth,
      config: new ConfigReader({ permission }),
      discovery: { getBaseUrl: async (id: string) => `${url}/api/${id}` },
    },
    undefined,
  )) as PermissionsService;
  const jane = await auth.authenticate(await issueUserToken(issuer));
  return { service, auth, process, backend, seen, jane, nobody: await auth.getNoneCredentials() };
}

describe('permissions of services', () => {
  it.each<[JsonObject, Permission, string]>([
    [{}, basic('a'), 'ALLOW'],
    [{ permissionNames: ['a', 'b'] }, basic('b'), 'ALLOW'],
    [{ permissionNames: ['a', 'b'] }, basic('c'), 'DENY'],
    [{ permissionAttributes: { action: ['read'] } }, basic('a', 'read'), 'ALLOW'],
    [{ permissionAttributes: { action: ['read'] } }, basic('a', 'create'), 'DENY'],
    [{ permissionAttributes: { action: ['read'] } }, basic('a'), 'DENY'],
    [{ permissionAttributes: {} }, basic('a'), 'ALLOW'],
    [
      { permissionNames: ['a'], permissionAttributes: { action: ['read'] } },
      basic('a', 'create'),
      'DENY',
    ],
  ])(
    '[PERM-1] with the restrictions %j: %j is %s',
    async (accessRestrictions, permission, result) => {
      for (const enabled of [true, false]) {
        const { service, seen } = await withPermissions({ enabled });
        const credentials = serviceWith(accessRestrictions);

        const decisions = await service.authorize([{ permission } as AuthorizePermissionRequest], {
          credentials,
        });

        expect(decisions).toEqual([{ result }]);
        expect(seen).toEqual([]);
      }
    },
  );

  it('[PERM-1] are decided here for conditional questions too', async () => {
    const { service, seen } = await withPermissions();
    const credentials = serviceWith({ permissionNames: ['a'] });

    const decisions = await service.authorizeConditional(
      [{ permission: resource('a') }, { permission: resource('b') }],
      { credentials },
    );

    expect(decisions).toEqual([{ result: 'ALLOW' }, { result: 'DENY' }]);
    expect(seen).toEqual([]);
  });
});

describe('permissions of users', () => {
  it('[PERM-2] are all granted while the permission system is off, which is the default', async () => {
    for (const permission of [{}, { enabled: false }]) {
      const { service, jane, nobody, seen } = await withPermissions(permission);
      const requests = [{ permission: basic('no') }] as AuthorizePermissionRequest[];

      expect(await service.authorize(requests, { credentials: jane })).toEqual([
        { result: 'ALLOW' },
      ]);
      expect(await service.authorize(requests, { credentials: nobody })).toEqual([
        { result: 'ALLOW' },
      ]);
      expect(
        await service.authorizeConditional([{ permission: resource('no') }], { credentials: jane }),
      ).toEqual([{ result: 'ALLOW' }]);
      expect(seen).toEqual([]);
    }
  });

  it('[PERM-3] are asked of the permission backend in one request, and told in order', async () => {
    const { service, jane, seen } = await withPermissions();
    const permissions = [basic('ok.a'), basic('no.b'), resource('ok.c')];

    const decisions = await service.authorize(
      [
        { permission: permissions[0] },
        { permission: permissions[1] },
        { permission: permissions[2], resourceRef: 'todo:1' },
      ] as AuthorizePermissionRequest[],
      { credentials: jane },
    );

    expect(decisions).toEqual([{ result: 'ALLOW' }, { result: 'DENY' }, { result: 'ALLOW' }]);
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/api/permission/authorize' });
    expect(seen[0]?.items).toEqual([
      { id, permission: permissions[0] },
      { id, permission: permissions[1] },
      { id, permission: permissions[2], resourceRef: 'todo:1' },
    ]);
  });

  it('[PERM-3] are asked with a plugin token on behalf of the user, and for nobody without one', async () => {
    const { service, jane, nobody, seen } = await withPermissions();
    const requests = [{ permission: basic('ok') }] as AuthorizePermissionRequest[];

    await service.authorize(requests, { credentials: jane });
    await service.authorize(requests, { credentials: nobody });

    const { payload } = decode(String(seen[0]?.authorization).replace('Bearer ', ''));
    expect(payload).toMatchObject({ sub: 'catalog', aud: 'permission', obo: expect.any(String) });
    expect(seen[1]?.authorization).toBeUndefined();
  });

  it('[PERM-3] may come with conditions, which are passed on', async () => {
    const { service, jane, backend } = await withPermissions();
    const conditions = {
      anyOf: [
        { not: { rule: 'isDone', resourceType: 'todo' } },
        { allOf: [{ rule: 'isOwner', resourceType: 'todo', params: { owners: ['a'] } }] },
      ],
    };
    backend.respond = ([item, other]) => ({
      items: [
        { id: other?.id, result: 'DENY' },
        {
          id: item?.id,
          result: 'CONDITIONAL',
          pluginId: 'todo',
          resourceType: 'todo',
          conditions,
          extra: 1,
        },
      ],
    });

    const decisions = await service.authorizeConditional(
      [{ permission: resource('a') }, { permission: resource('b') }],
      { credentials: jane },
    );

    expect(decisions).toEqual([
      { result: 'CONDITIONAL', pluginId: 'todo', resourceType: 'todo', conditions },
      { result: 'DENY' },
    ]);
  });

  it.each<[string, (items: Item[]) => unknown, string]>([
    [
      'another id',
      () => ({ items: [{ id: 'x', result: 'ALLOW' }] }),
      'Items in response do not match request',
    ],
    ['no items', () => ({ items: [] }), 'Items in response do not match request'],
    [
      'too many items',
      ([item]) => ({
        items: [
          { id: item?.id, result: 'ALLOW' },
          { id: 'x', result: 'ALLOW' },
        ],
      }),
      'Items in response do not match request',
    ],
    [
      'one item twice',
      ([item]) => ({ items: [item, item].map((each) => ({ id: each?.id, result: 'ALLOW' })) }),
      'Items in response do not match request',
    ],
    ['no list', () => ({ items: {} }), 'no list of items'],
    ['null', () => 'null', 'no list of items'],
    ['a page', () => '<html>', 'it is not JSON'],
    [
      'another result',
      ([item]) => ({ items: [{ id: item?.id, result: 'MAYBE' }] }),
      'the result "MAYBE"',
    ],
    [
      'a condition',
      ([item]) => ({ items: [{ id: item?.id, result: 'CONDITIONAL' }] }),
      'the result "CONDITIONAL"',
    ],
    [
      'a list of results',
      ([item]) => ({ items: [{ id: item?.id, result: ['ALLOW'] }] }),
      'the result ["ALLOW"]',
    ],
  ])('[PERM-3] are not granted by an answer with %s', async (_title, respond, message) => {
    const { service, jane, backend } = await withPermissions();
    backend.respond = respond;

    const decision = service.authorize(
      [{ permission: basic('ok') } as AuthorizePermissionRequest],
      {
        credentials: jane,
      },
    );

    await expect(decision).rejects.toMatchObject({
      code: 'E_PERMISSION_RESPONSE',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['no plugin', { pluginId: undefined }],
    ['no resource type', { resourceType: 7 }],
    ['no conditions', { conditions: undefined }],
    ['empty conditions', { conditions: {} }],
    ['an empty list', { conditions: { anyOf: [] } }],
    ['a rule that is no text', { conditions: { rule: 1, resourceType: 'todo' } }],
    ['a broken part', { conditions: { allOf: [{ not: { rule: 'a' } }] } }],
  ])('[PERM-3] are not granted by a conditional answer with %s', async (_title, wrong) => {
    const { service, jane, backend } = await withPermissions();
    const right = {
      pluginId: 'todo',
      resourceType: 'todo',
      conditions: { rule: 'a', resourceType: 'todo' },
    };
    backend.respond = ([item]) => ({
      items: [{ id: item?.id, result: 'CONDITIONAL', ...right, ...wrong }],
    });

    const decision = service.authorizeConditional([{ permission: resource('a') }], {
      credentials: jane,
    });

    await expect(decision).rejects.toMatchObject({ code: 'E_PERMISSION_RESPONSE' });
  });

  it('[PERM-3] pass on the status of a failed request', async () => {
    const { service, jane, backend } = await withPermissions();
    backend.status = 403;

    const decision = service.authorize(
      [{ permission: basic('ok') } as AuthorizePermissionRequest],
      {
        credentials: jane,
      },
    );

    await expect(decision).rejects.toMatchObject({ name: 'ResponseError', statusCode: 403 });
  });

  it('are refused with 503 when no answer comes', async () => {
    const { service, jane } = await withPermissions();
    const timeout = AbortSignal.abort(new DOMException('over', 'TimeoutError'));
    const setTimeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(timeout);

    const decision = service.authorize(
      [{ permission: basic('ok') } as AuthorizePermissionRequest],
      {
        credentials: jane,
      },
    );

    await expect(decision).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
    expect(setTimeout).toHaveBeenCalledWith(30_000);
  });

  it('fail with what the network says when the backend cannot be reached', async () => {
    const { auth, jane } = await withPermissions();
    const service = (await (permissionsServiceFactory as unknown as ServiceFactoryShape).factory(
      {
        auth,
        config: new ConfigReader({ permission: { enabled: true } }),
        discovery: { getBaseUrl: async () => 'http://127.0.0.1:1' },
      },
      undefined,
    )) as PermissionsService;

    const decision = service.authorize([{ permission: basic('a') } as AuthorizePermissionRequest], {
      credentials: jane,
    });

    await expect(decision).rejects.toMatchObject({ name: 'TypeError', message: 'fetch failed' });
  });

  it('need no request when nothing is asked', async () => {
    const { service, jane, seen } = await withPermissions();

    expect(await service.authorize([], { credentials: jane })).toEqual([]);
    expect(seen).toEqual([]);
  });
});

const batched = () => withPermissions({ enabled: true, EXPERIMENTAL_enableBatchedRequests: true });

describe('batched permission requests', () => {
  const requests = [
    { permission: resource('read'), resourceRef: 'todo:1' },
    { permission: basic('ok') },
    { permission: resource('write'), resourceRef: 'todo:1' },
    { permission: resource('read'), resourceRef: 'todo:2' },
  ] as AuthorizePermissionRequest[];

  it('[PERM-4] merge questions about one resource permission, and take the answer apart', async () => {
    const { service, jane, backend, seen } = await batched();
    backend.respond = ([read, ok, write]) => ({
      items: [
        { id: write?.id, result: ['DENY'] },
        { id: ok?.id, result: 'ALLOW' },
        { id: read?.id, result: ['DENY', 'ALLOW'] },
      ],
    });

    const decisions = await service.authorize(requests, { credentials: jane });

    expect(decisions.map(({ result }) => result)).toEqual(['DENY', 'ALLOW', 'DENY', 'ALLOW']);
    expect(
      seen[0]?.items.map(({ permission, resourceRef }) => [permission.name, resourceRef]),
    ).toEqual([
      ['read', ['todo:1', 'todo:2']],
      ['ok', undefined],
      ['write', ['todo:1']],
    ]);
  });

  it('[PERM-4] may be answered with one result for all resources', async () => {
    const { service, jane, backend } = await batched();
    backend.respond = (items) => ({ items: items.map(({ id }) => ({ id, result: 'ALLOW' })) });

    const decisions = await service.authorize(requests, { credentials: jane });

    expect(decisions.map(({ result }) => result)).toEqual(['ALLOW', 'ALLOW', 'ALLOW', 'ALLOW']);
  });

  it('[PERM-4] are not granted by a list of another length', async () => {
    const { service, jane, backend } = await batched();
    backend.respond = (items) => ({ items: items.map(({ id }) => ({ id, result: ['ALLOW'] })) });

    await expect(service.authorize(requests, { credentials: jane })).rejects.toThrow(
      'Items in response do not match request',
    );
  });
});

function serviceWith(accessRestrictions: JsonObject): BackstageCredentials {
  const principal = { type: 'service', subject: 'ci', accessRestrictions };
  return { $$type: '@backstage/BackstageCredentials', version: 'v1', principal } as never;
}
