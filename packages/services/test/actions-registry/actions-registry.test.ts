import { ConfigReader, type JsonObject } from '@stagewire/config';
import type { BasicPermission, PermissionsService } from '@stagewire/plugin-api';
import type { ActionsRegistryService } from '@stagewire/plugin-api/alpha';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import express, { type ErrorRequestHandler, type Handler } from 'express';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod/v3';
import { actionsRegistryServiceFactory } from '../../src/actions-registry/actions-registry-service-factory.js';
import { fakeAuth, fakeCredentials } from '../support/fake-auth.js';
import { serveLoopback } from '../support/loopback-server.js';
import { recordingLogger } from '../support/recording-logger.js';

const LIST = '/.backstage/actions/v1/actions';

describe('registering actions', () => {
  it('[ACT-1] refuses the same name twice', async () => {
    const { registry } = await setUp();
    registry.register(echo());

    expect(() => registry.register(echo())).toThrow(
      'Action with id "catalog:echo" is already registered',
    );
  });

  it('[ACT-3] adds the visibility permission, and fails where that does', async () => {
    const { registry, permissions, get } = await setUp();
    registry.register(echo({ visibilityPermission: permission('may') }));
    expect(permissions.added).toEqual([permission('may')]);

    permissions.refuse = true;

    const late = echo({ name: 'late', visibilityPermission: permission('catalog.late') });
    expect(() => registry.register(late)).toThrow(
      'Cannot add permissions after the plugin has started',
    );
    expect(await idsOf(get(LIST))).toEqual(['catalog:echo']);
  });

  it('calls the schemas when the actions are needed first, and then once', async () => {
    const { registry, get } = await setUp();
    let calls = 0;
    registry.register({
      ...echo(),
      schema: {
        ...echo().schema,
        input(zod: Zod) {
          calls += 1;
          return echo().schema.input(zod);
        },
      },
    });
    expect(calls).toBe(0);

    await get(LIST);
    await get(LIST);

    expect(calls).toBe(1);
  });
});

describe('the list of actions', () => {
  it('[ACT-4] tells everything about an action, its schemas as JSON schema', async () => {
    const { registry, get } = await setUp();
    registry.register({
      ...echo({ examples: [{ title: 'Hello', input: { text: 'hello' } }] }),
      schema: {
        input: (zod) => zod.object({ text: zod.string().describe('what to say') }),
        output: (zod) => zod.object({ text: zod.string() }),
        secrets: (zod) => zod.object({ key: zod.string() }),
      },
      action: async ({ input: { text }, secrets: _secrets }) => ({ output: { text } }),
    });

    const { status, body } = await get(LIST);

    const $schema = 'http://json-schema.org/draft-07/schema#';
    const object = (properties: object, required: string[]) => ({
      $schema,
      type: 'object',
      properties,
      required,
      additionalProperties: false,
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      actions: [
        {
          id: 'catalog:echo',
          name: 'echo',
          title: 'Echo',
          description: 'Says it again',
          pluginId: 'catalog',
          attributes: { readOnly: false, destructive: true, idempotent: false },
          examples: [{ title: 'Hello', input: { text: 'hello' } }],
          schema: {
            input: object({ text: { type: 'string', description: 'what to say' } }, ['text']),
            output: object({ text: { type: 'string' } }, ['text']),
            secrets: object({ key: { type: 'string' } }, ['key']),
          },
        },
      ],
    });
  });

  it('[ACT-4] shows missing schemas as that of an empty object', async () => {
    const { registry, get } = await setUp();
    registry.register({ ...echo(), schema: {} } as unknown as ReturnType<typeof echo>);

    const { body } = await get(LIST);

    const empty = expect.objectContaining({ type: 'object', properties: {} });
    expect(body).toMatchObject({ actions: [{ schema: { input: empty, output: empty } }] });
  });

  it.each([
    [undefined, { readOnly: false, destructive: true, idempotent: false }],
    [{ readOnly: true }, { readOnly: true, destructive: false, idempotent: false }],
    [
      { readOnly: true, destructive: true },
      { readOnly: true, destructive: true, idempotent: false },
    ],
    [
      { idempotent: true, destructive: false },
      { readOnly: false, destructive: false, idempotent: true },
    ],
  ])('[ACT-2] attributes %j become %j', async (attributes, expected) => {
    const { registry, get } = await setUp();
    registry.register(echo({ attributes }));

    expect((await get(LIST)).body).toMatchObject({ actions: [{ attributes: expected }] });
  });

  it('[ACT-4] leaves out what the caller has no permission for, and asks for all at once', async () => {
    const { registry, permissions, get } = await setUp();
    registry.register(echo({ name: 'open' }));
    registry.register(echo({ name: 'may', visibilityPermission: permission('may') }));
    registry.register(echo({ name: 'not', visibilityPermission: permission('not') }));
    registry.register(echo({ name: 'too', visibilityPermission: permission('may') }));

    expect(await idsOf(get(LIST))).toEqual(['catalog:open', 'catalog:may', 'catalog:too']);
    expect(permissions.asked).toEqual([{ names: ['may', 'not'], subject: 'user:default/ada' }]);
  });

  it.each([
    [{ pluginSources: ['catalog'] }, ['catalog:echo', 'catalog:other']],
    [{ pluginSources: ['search'] }, []],
    [{ filter: { include: [{ id: 'catalog:o*' }] } }, ['catalog:other']],
    [{ filter: { exclude: [{ id: 'catalog:o*' }] } }, ['catalog:echo']],
  ])('[ACT-7] configured by %j shows %j', async (actions: JsonObject, ids) => {
    const { registry, get } = await setUp({ actions });
    registry.register(echo());
    registry.register(echo({ name: 'other' }));

    expect(await idsOf(get(LIST))).toEqual(ids);
  });

  it('[ACT-7] follows a change of the configuration', async () => {
    const actions: { pluginSources: string[] } = { pluginSources: [] };
    const config = { current: new ConfigReader({ backend: { actions } }) };
    const { registry, get } = await setUp({}, config);
    registry.register(echo());
    expect(await idsOf(get(LIST))).toEqual([]);

    config.current = new ConfigReader({});

    expect(await idsOf(get(LIST))).toEqual(['catalog:echo']);
  });

  it('still has the other actions when the schema of one throws, which is logged', async () => {
    const { registry, get, logger } = await setUp();
    const failure = new Error('no such type');
    registry.register({
      ...echo({ name: 'bad' }),
      schema: {
        ...echo().schema,
        input(): ReturnType<Zod['object']> {
          throw failure;
        },
      },
      action: async () => ({ output: { text: '' } }),
    });
    registry.register(echo());

    expect(await idsOf(get(LIST))).toEqual(['catalog:echo']);
    expect(logger.lines).toEqual([
      {
        level: 'error',
        message: 'Failed to make the schema of action "catalog:bad"',
        meta: failure,
      },
    ]);
  });
});

describe('invoking an action', () => {
  it.each([
    ['v1', { text: 'hello', other: 1 }],
    ['v2', { input: { text: 'hello', other: 1 } }],
  ])(
    '[ACT-5] over %s runs it with the valid input and the caller, and answers with its output',
    async (version, body) => {
      const { registry, invoke, logger } = await setUp();
      let context: unknown;
      registry.register({
        ...echo(),
        action: async (given) => {
          context = given;
          return { output: { text: given.input.text } };
        },
      });

      expect(await invoke('catalog:echo', body, version)).toEqual({
        status: 200,
        body: { output: { text: 'hello' } },
      });
      expect(context).toEqual({
        input: { text: 'hello' },
        secrets: undefined,
        logger,
        credentials: fakeCredentials('user', 'user:default/ada'),
      });
    },
  );

  it('[ACT-5] over v2 hands on the secrets, and over v1 there can be none', async () => {
    const { registry, invoke } = await setUp();
    registry.register({
      ...echo(),
      schema: { ...echo().schema, secrets: (zod) => zod.object({ key: zod.string() }) },
      action: async ({ secrets }) => ({ output: { text: secrets.key } }),
    });

    const body = { input: { text: 'x' }, secrets: { key: 'k3y' } };
    expect((await invoke('catalog:echo', body, 'v2')).body).toEqual({ output: { text: 'k3y' } });
    expect(await invoke('catalog:echo', { text: 'x' }, 'v1')).toEqual(
      refusal(400, 'Action "catalog:echo" requires secrets but none were provided'),
    );
  });

  it('[ACT-5] works without a body, and without an output', async () => {
    const { registry, invoke } = await setUp();
    registry.register({
      ...echo(),
      schema: { output: (zod: Zod) => zod.void() },
      action: async () => undefined,
    } as unknown as ReturnType<typeof echo>);

    expect(await invoke('catalog:echo', undefined)).toEqual({ status: 200, body: {} });
  });

  it('[ACT-6] is not for anonymous callers, even of actions that do not exist', async () => {
    const { invoke, caller } = await setUp();
    caller.current = fakeCredentials('none');

    expect(await invoke('catalog:unknown', {})).toEqual(
      refusal(
        403,
        'Actions must be invoked by an authenticated principal, not an anonymous request',
      ),
    );
  });

  it('[ACT-6] does not find unknown, filtered and not permitted actions', async () => {
    const actions = { filter: { exclude: [{ id: 'catalog:filtered' }] } };
    const { registry, invoke } = await setUp({ actions });
    registry.register(echo({ name: 'filtered' }));
    registry.register(echo({ name: 'denied', visibilityPermission: permission('not') }));

    for (const id of ['catalog:unknown', 'catalog:filtered', 'catalog:denied']) {
      expect(await invoke(id, {})).toEqual(refusal(404, `Action "${id}" not found`));
    }
  });

  it.each([
    ['v1', { text: 1 }, /^Invalid input to action "catalog:echo"; caused by \[/],
    ['v2', { input: { text: 1 }, secrets: {} }, /^Invalid input to action/],
    [
      'v2',
      { input: { text: 'x' }, secrets: {} },
      /^Action "catalog:echo" does not accept secrets$/,
    ],
  ])('[ACT-6] over %s refuses %j', async (version, body, message) => {
    const { registry, invoke } = await setUp();
    registry.register(echo());

    expect(await invoke('catalog:echo', body, version)).toEqual(
      refusal(400, expect.stringMatching(message)),
    );
  });

  it('[ACT-6] refuses invalid secrets and invalid output', async () => {
    const { registry, invoke } = await setUp();
    registry.register({
      ...echo(),
      schema: { ...echo().schema, secrets: (zod) => zod.object({ key: zod.string() }) },
      action: async () => ({ output: { text: 1 as unknown as string } }),
    });

    const invalidSecrets = { input: { text: 'x' }, secrets: { key: 1 } };
    expect(await invoke('catalog:echo', invalidSecrets, 'v2')).toEqual(
      refusal(400, expect.stringMatching(/^Invalid secrets for action "catalog:echo"; caused by/)),
    );
    const valid = { input: { text: 'x' }, secrets: { key: 'k' } };
    expect(await invoke('catalog:echo', valid, 'v2')).toEqual(
      refusal(400, expect.stringMatching(/^Invalid output from action "catalog:echo"; caused by/)),
    );
  });

  it('refuses what is no JSON, and ids that cannot be read', async () => {
    const { registry, invoke, post } = await setUp();
    registry.register(echo());

    expect(await post(`${LIST}/catalog:echo/invoke`, '{')).toMatchObject({ status: 400 });
    expect(await invoke('%', {})).toMatchObject({ status: 404 });
    expect(await post(`${LIST}/%ff/invoke`, '{}')).toEqual(
      refusal(400, "Failed to decode action id '%ff'"),
    );
  });

  it('leaves all other routes to the plugin', async () => {
    const { get, post } = await setUp();

    for (const path of ['/', '/.backstage/actions/v1/other', `${LIST}/x/y/invoke`]) {
      expect(await get(path)).toEqual({ status: 404, body: 'not an action' });
    }
    expect(await post(LIST, '{}')).toEqual({ status: 404, body: 'not an action' });
    expect(await get(`${LIST}/catalog:echo/invoke`)).toMatchObject({ status: 404 });
  });
});

type Zod = typeof z;
type EchoOptions = {
  name?: string;
  attributes?: { destructive?: boolean; idempotent?: boolean; readOnly?: boolean };
  visibilityPermission?: BasicPermission;
  examples?: Array<{ title: string; input: { text: string } }>;
};

/** An action that says its input again. */
function echo(options: EchoOptions = {}) {
  return {
    name: 'echo',
    title: 'Echo',
    description: 'Says it again',
    ...options,
    schema: {
      input: (zod: Zod) => zod.object({ text: zod.string() }),
      output: (zod: Zod) => zod.object({ text: zod.string() }),
    },
    action: async ({ input }: { input: { text: string } }) => ({ output: { text: input.text } }),
  };
}

function permission(name: string): BasicPermission {
  return { type: 'basic', name, attributes: {} };
}

function refusal(status: number, message: unknown) {
  return { status, body: { message } };
}

async function idsOf(response: Promise<{ body: unknown }>): Promise<string[]> {
  const { actions } = (await response).body as { actions: Array<{ id: string }> };
  return actions.map(({ id }) => id);
}

/** The registry of a plugin `catalog`, served over HTTP to the user ada. */
async function setUp(
  backend: JsonObject = {},
  config: { current: ConfigReader } = { current: new ConfigReader({ backend }) },
) {
  const app = express();
  const logger = recordingLogger();
  const permissions = fakePermissions();
  const caller = { current: fakeCredentials('user', 'user:default/ada') };
  const { factory } = actionsRegistryServiceFactory as unknown as ServiceFactoryShape;
  const registry = (await factory(
    {
      pluginMetadata: { getId: () => 'catalog' },
      httpRouter: { use: (handler: Handler) => app.use(handler) },
      httpAuth: { credentials: async () => caller.current },
      logger,
      auth: fakeAuth('catalog'),
      config: {
        getOptionalStringArray: (key: string) => config.current.getOptionalStringArray(key),
        getOptionalConfigArray: (key: string) => config.current.getOptionalConfigArray(key),
      },
      permissions: permissions.service,
      permissionsRegistry: permissions.registry,
    },
    undefined,
  )) as ActionsRegistryService;
  app.use((_req, res) => res.status(404).json('not an action'));
  app.use(answerErrors);
  const { url } = await serveLoopback(app);

  const post = (path: string, body?: string) =>
    request(`${url}${path}`, {
      method: 'POST',
      ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
    });
  return {
    registry,
    logger,
    permissions,
    caller,
    get: (path: string) => request(`${url}${path}`),
    post,
    invoke: (id: string, body: unknown, version = 'v1') =>
      post(
        `/.backstage/actions/${version}/actions/${encodeURIComponent(id)}/invoke`,
        JSON.stringify(body),
      ),
  };
}

async function request(url: string, options?: RequestInit) {
  const response = await fetch(url, options);
  return { status: response.status, body: (await response.json()) as unknown };
}

/** Keeps what is added and asked; grants the permission `may` only. */
function fakePermissions() {
  const fake = {
    refuse: false,
    added: [] as BasicPermission[],
    asked: [] as Array<{ names: string[]; subject: unknown }>,
    registry: {
      addPermissions(permissions: BasicPermission[]) {
        if (fake.refuse) throw new Error('Cannot add permissions after the plugin has started');
        fake.added.push(...permissions);
      },
    },
    service: {
      authorize: (async (requests, { credentials }) => {
        const names = requests.map(({ permission: { name } }) => name);
        const { subject } = credentials.principal as { subject: string };
        fake.asked.push({ names, subject });
        return names.map((name) => ({ result: name === 'may' ? 'ALLOW' : 'DENY' }));
      }) as PermissionsService['authorize'],
    },
  };
  return fake;
}

/** Answers with the status that the ecosystem has for an error. */
const answerErrors: ErrorRequestHandler = (error, _req, res, _next) => {
  const statuses: Record<string, number> = {
    InputError: 400,
    NotAllowedError: 403,
    NotFoundError: 404,
  };
  res.status(error.statusCode ?? statuses[error.name] ?? 500).json({ message: error.message });
};
