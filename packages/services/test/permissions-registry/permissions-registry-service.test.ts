import {
  createConditionAuthorizer,
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import type {
  BackstageCredentials,
  HttpAuthService,
  PermissionsRegistryService,
} from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import express, { type ErrorRequestHandler, type Handler } from 'express';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { z as zodV3 } from 'zod/v3';
import { permissionsRegistryServiceFactory } from '../../src/permissions-registry/permissions-registry-service-factory.js';
import { fakeLifecycle } from '../support/fake-lifecycle.js';
import { serveLoopback } from '../support/loopback-server.js';

type Todo = { id: string; owner: string; isDone: boolean };

const todoRef = createPermissionResourceRef<Todo, object>().with({
  pluginId: 'todo',
  resourceType: 'todo-item',
});

const isDone = createPermissionRule({
  name: 'isDone',
  description: 'The item is done',
  resourceRef: todoRef,
  apply: (todo) => todo.isDone,
  toQuery: () => ({}),
});

const isOwner = createPermissionRule({
  name: 'isOwner',
  description: 'The item belongs to one of these owners',
  resourceRef: todoRef,
  paramsSchema: zodV3.object({ owners: zodV3.array(zodV3.string()).describe('Entity refs') }),
  apply: (todo, { owners }) => owners.includes(todo.owner),
  toQuery: () => ({}),
});

const hasId = createPermissionRule({
  name: 'hasId',
  description: 'The item has this id',
  resourceRef: todoRef,
  paramsSchema: z.object({ id: z.string().min(1) }),
  apply: (todo, { id }) => todo.id === id,
  toQuery: () => ({}),
});

const TODOS: Todo[] = [
  { id: '1', owner: 'jane', isDone: true },
  { id: '2', owner: 'john', isDone: false },
];

const readTodo = {
  type: 'resource',
  name: 'todo.item.read',
  attributes: { action: 'read' },
  resourceType: 'todo-item',
} as const;

const SERVICE = { type: 'service', subject: 'plugin:permission' };

const toResponse: ErrorRequestHandler = (error, _req, res, _next) => {
  const byName = { InputError: 400, NotAllowedError: 403, NotImplementedError: 501 };
  const status = error.statusCode ?? byName[error.name as keyof typeof byName] ?? 500;
  res.status(status).json({ name: error.name, message: error.message });
};

/** The registry of the plugin `todo`, mounted in an Express app that answers like a plugin router. */
async function withRegistry(principal: object = SERVICE) {
  const handlers: Handler[] = [];
  const lifecycle = fakeLifecycle();
  const credentials = { principal } as BackstageCredentials;
  const httpAuth = { credentials: vi.fn(async () => credentials) };
  const registry = (await (
    permissionsRegistryServiceFactory as unknown as ServiceFactoryShape
  ).factory(
    {
      auth: {
        isPrincipal: ({ principal: known }: { principal: { type: string } }, type: string) =>
          known.type === type,
      },
      httpAuth: httpAuth as unknown as HttpAuthService,
      lifecycle,
      httpRouter: { use: (handler: Handler) => handlers.push(handler), addAuthPolicy: () => {} },
      plugin: { getId: () => 'todo' },
    },
    undefined,
  )) as PermissionsRegistryService;

  const app = express();
  for (const handler of handlers) app.use(handler);
  app.use((req, res) => void res.status(404).json({ passedOn: req.path }));
  app.use(toResponse);
  const { url } = await serveLoopback(app);
  const base = `${url}/.well-known/backstage/permissions`;
  return {
    registry,
    lifecycle,
    httpAuth,
    url,
    async getMetadata() {
      const response = await fetch(`${base}/metadata`);
      return { status: response.status, body: (await response.json()) as any };
    },
    async apply(body: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(`${base}/apply-conditions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as any };
    },
  };
}

async function withTodos(principal?: object) {
  const world = await withRegistry(principal);
  const getResources = vi.fn(async (refs: string[]) =>
    refs.map((ref) => TODOS.find(({ id }) => id === ref)),
  );
  world.registry.addResourceType({
    resourceRef: todoRef,
    permissions: [readTodo],
    rules: [isDone, isOwner, hasId],
    getResources,
  });
  return { ...world, getResources };
}

const condition = (rule: string, params?: object) => ({
  rule,
  resourceType: 'todo-item',
  ...(params && { params }),
});

const item = (conditions: unknown, resourceRef: unknown = '1', id = 'a') => ({
  id,
  resourceRef,
  resourceType: 'todo-item',
  conditions,
});

describe('the permissions registry', () => {
  it('[PREG-7] takes what published plugins make, and gives their helpers the rules back', async () => {
    const { registry } = await withTodos();

    const ruleset = registry.getPermissionRuleset(todoRef);

    expect(ruleset.getRuleByName('isOwner')).toBe(isOwner);
    const isAuthorized = createConditionAuthorizer(ruleset as never);
    const decision = {
      result: 'CONDITIONAL',
      pluginId: 'todo',
      resourceType: 'todo-item',
      conditions: condition('isOwner', { owners: ['jane'] }),
    } as const;
    expect(TODOS.map((todo) => isAuthorized(decision as never, todo))).toEqual([true, false]);
  });

  it('[PREG-1] refuses resource types of another plugin', async () => {
    const { registry } = await withRegistry();
    const foreign = createPermissionResourceRef<Todo, object>().with({
      pluginId: 'catalog',
      resourceType: 'catalog-entity',
    });
    const expected = {
      code: 'E_PERMISSION_FOREIGN_RESOURCE',
      message:
        "Resource type 'catalog-entity' belongs to plugin 'catalog', but was used with plugin 'todo'",
    };

    expect(
      thrownBy(() => registry.addResourceType({ resourceRef: foreign, rules: [] })),
    ).toMatchObject(expected);
    expect(thrownBy(() => registry.getPermissionRuleset(foreign))).toMatchObject(expected);
  });

  it('[PREG-2] is closed once the plugin has started', async () => {
    const { registry, lifecycle } = await withTodos();
    await lifecycle.startup();

    const errors = [
      thrownBy(() => registry.addPermissions([])),
      thrownBy(() => registry.addPermissionRules([])),
      thrownBy(() => registry.addResourceType({ resourceRef: todoRef, rules: [] })),
    ];

    expect(errors.map((error) => (error as Error).message)).toEqual([
      'Cannot add permissions after the plugin has started',
      'Cannot add permission rules after the plugin has started',
      'Cannot add permission resource types after the plugin has started',
    ]);
    expect(errors).toMatchObject(errors.map(() => ({ code: 'E_PERMISSION_TOO_LATE' })));
    expect(registry.getPermissionRuleset(todoRef).getRuleByName('isDone')).toBe(isDone);
  });

  it('[PREG-3] refuses rules and types that are there already, and adds nothing of that call', async () => {
    const { registry, getMetadata } = await withTodos();
    const other = { ...isDone, name: 'other' };

    expect(thrownBy(() => registry.addPermissionRules([other, isDone]))).toMatchObject({
      code: 'E_PERMISSION_DUPLICATE_RULE',
      message:
        "Refused to add permission rule for type 'todo-item' with name 'isDone' because it already exists",
    });
    expect(thrownBy(() => registry.addPermissionRules([other, other]))).toMatchObject({
      code: 'E_PERMISSION_DUPLICATE_RULE',
    });
    expect(
      thrownBy(() => registry.addResourceType({ resourceRef: todoRef, rules: [other] })),
    ).toMatchObject({
      code: 'E_PERMISSION_DUPLICATE_RESOURCE',
      message: "Refused to add permission resource with type 'todo-item' because it already exists",
    });
    expect((await getMetadata()).body.rules).toHaveLength(3);
  });

  it('[PREG-3] replaces a permission of the same name, and takes rules of modules', async () => {
    const { registry, getMetadata } = await withTodos();
    const replacing = { ...readTodo, attributes: {} };

    registry.addPermissions([replacing]);
    registry.addPermissionRules([{ ...isDone, name: 'isLate' }]);

    const { body } = await getMetadata();
    expect(body.permissions).toEqual([replacing]);
    expect(body.rules.map(({ name }: { name: string }) => name)).toContain('isLate');
  });

  it('[PREG-3] knows rules that a module adds after the ruleset was taken, and no others', async () => {
    const { registry } = await withTodos();
    const ruleset = registry.getPermissionRuleset(todoRef);
    expect(thrownBy(() => ruleset.getRuleByName('isLate'))).toMatchObject({
      name: 'Error',
      code: 'E_PERMISSION_UNKNOWN_RULE',
      message: "Permission rule 'isLate' does not exist for resource type 'todo-item'",
    });

    registry.addPermissionRules([{ ...isDone, name: 'isLate' }]);

    expect(ruleset.getRuleByName('isLate')).toMatchObject({ name: 'isLate' });
  });
});

describe('the metadata of permissions', () => {
  it('[PREG-4] lists permissions and rules, with parameters of zod 3 and of Standard Schema', async () => {
    const { getMetadata } = await withTodos();

    const { status, body } = await getMetadata();

    expect(status).toBe(200);
    const $schema = 'http://json-schema.org/draft-07/schema#';
    expect(body).toEqual({
      permissions: [readTodo],
      rules: [
        {
          name: 'isDone',
          description: 'The item is done',
          resourceType: 'todo-item',
          paramsSchema: { $schema, type: 'object', properties: {}, additionalProperties: false },
        },
        {
          name: 'isOwner',
          description: 'The item belongs to one of these owners',
          resourceType: 'todo-item',
          paramsSchema: {
            $schema,
            type: 'object',
            properties: {
              owners: { type: 'array', items: { type: 'string' }, description: 'Entity refs' },
            },
            required: ['owners'],
            additionalProperties: false,
          },
        },
        {
          name: 'hasId',
          description: 'The item has this id',
          resourceType: 'todo-item',
          paramsSchema: {
            $schema,
            type: 'object',
            properties: { id: { type: 'string', minLength: 1 } },
            required: ['id'],
          },
        },
      ],
    });
  });

  it('[PREG-4] is empty for a plugin that has none', async () => {
    const { getMetadata } = await withRegistry();

    expect(await getMetadata()).toEqual({ status: 200, body: { permissions: [], rules: [] } });
  });

  it('[PREG-4] knows schemas that cannot tell their JSON schema themselves', async () => {
    const { registry, getMetadata } = await withRegistry();
    const schema = z.object({ id: z.string() });
    const { jsonSchema: _jsonSchema, ...standard } = schema['~standard'] as unknown as Record<
      string,
      unknown
    >;
    const older = Object.create(schema, { '~standard': { value: standard } });

    registry.addPermissionRules([{ ...isDone, paramsSchema: older }]);

    const { body } = await getMetadata();
    expect(body.rules[0].paramsSchema).toMatchObject({ properties: { id: { type: 'string' } } });
  });

  it('still tells the other rules when the parameters of one cannot be described', async () => {
    const { registry, getMetadata } = await withTodos();
    const paramsSchema = z.object({ when: z.date() }) as never;

    registry.addPermissionRules([{ ...isDone, name: 'isFrom', paramsSchema }]);

    const { status, body } = await getMetadata();
    expect(status).toBe(200);
    expect(body.rules).toHaveLength(4);
    expect(body.rules[3].paramsSchema.description).toContain('cannot be described');
  });

  it.each([
    ['GET', '/.well-known/backstage/permissions'],
    ['GET', '/.well-known/backstage/permissions/other'],
    ['GET', '/.well-known/backstage/permissions/apply-conditions'],
    ['POST', '/.well-known/backstage/permissions/metadata'],
    ['GET', '/todos'],
  ])('lets other requests through: %s %s', async (method, path) => {
    const { url } = await withTodos();

    const response = await fetch(`${url}${path}`, { method });

    expect([response.status, await response.json()]).toEqual([404, { passedOn: path }]);
  });
});

const schemaOf = (validate: () => unknown) =>
  ({ '~standard': { version: 1, vendor: 'own', validate } }) as never;

describe('applying conditions', () => {
  const owned = condition('isOwner', { owners: ['jane'] });
  const done = condition('isDone');

  it.each([
    [done, ['ALLOW', 'DENY']],
    [owned, ['ALLOW', 'DENY']],
    [condition('hasId', { id: '2' }), ['DENY', 'ALLOW']],
    [{ not: done }, ['DENY', 'ALLOW']],
    [{ anyOf: [done, { not: owned }] }, ['ALLOW', 'ALLOW']],
    [{ allOf: [done, { not: owned }] }, ['DENY', 'DENY']],
    [{ allOf: [owned, { anyOf: [{ not: done }, done] }] }, ['ALLOW', 'DENY']],
  ])('[PREG-5] %j', async (conditions, result) => {
    const { apply } = await withTodos();

    const { status, body } = await apply({ items: [item(conditions, ['1', '2'])] });

    expect({ status, body }).toEqual({ status: 200, body: { items: [{ id: 'a', result }] } });
  });

  it('[PREG-5] answers one ref with one result, and many with a list', async () => {
    const { apply } = await withTodos();

    const { body } = await apply({
      items: [item(done, '1', 'one'), item(done, ['2'], 'list'), item(done, '2', 'two')],
    });

    expect(body).toEqual({
      items: [
        { id: 'one', result: 'ALLOW' },
        { id: 'list', result: ['DENY'] },
        { id: 'two', result: 'DENY' },
      ],
    });
  });

  it.each([done, { not: done }, { not: { not: { not: done } } }, { anyOf: [{ not: owned }] }])(
    '[PREG-5] denies what does not exist, also for %j',
    async (conditions) => {
      const { apply } = await withTodos();

      const { body } = await apply({ items: [item(conditions, ['7', 'x'])] });

      expect(body).toEqual({ items: [{ id: 'a', result: ['DENY', 'DENY'] }] });
    },
  );

  it('[PREG-5] loads all resources of a type at once, each one once', async () => {
    const { apply, getResources } = await withTodos();

    await apply({ items: [item(done, '1'), item(owned, ['2', '1']), item(done, '2')] });

    expect(getResources.mock.calls).toEqual([[['1', '2']]]);
  });

  it.each([
    ['nothing', '{}'],
    ['null', 'null'],
    ['a list', []],
    ['no JSON', '{"items":'],
    ['items that are no list', { items: {} }],
    ['an item that is none', { items: [null] }],
    ['no id', { items: [{ ...item(done), id: undefined }] }],
    ['no resource', { items: [{ ...item(done), resourceRef: undefined }] }],
    ['an empty list of resources', { items: [item(done, [])] }],
    ['a resource that is no text', { items: [item(done, ['1', 2])] }],
    ['no resource type', { items: [{ ...item(done), resourceType: undefined }] }],
    ['no conditions', { items: [item(undefined)] }],
    ['conditions that are none', { items: [item({ anyOf: [] })] }],
    ['a rule that does not exist', { items: [item(condition('isRed'))] }],
    ['parameters that are missing', { items: [item(condition('isOwner'))] }],
    ['parameters of another type', { items: [item(condition('isOwner', { owners: 'jane' }))] }],
    ['parameters that break a Standard Schema', { items: [item(condition('hasId', { id: '' }))] }],
  ])('[PREG-5] refuses a body with %s', async (_title, body) => {
    const { apply } = await withTodos();

    expect((await apply(body)).status).toBe(400);
  });

  it('[PREG-5] checks parameters with any Standard Schema, as long as it answers at once', async () => {
    const { registry, apply } = await withTodos();
    const issues = [{ message: 'not a color', path: ['color', { key: 0 }] }];
    registry.addPermissionRules([
      { ...isDone, name: 'fine', paramsSchema: schemaOf(() => ({ value: {} })) },
      { ...isDone, name: 'wrong', paramsSchema: schemaOf(() => ({ issues })) },
      { ...isDone, name: 'late', paramsSchema: schemaOf(async () => ({ value: {} })) },
    ]);
    const applyRule = async (name: string) => {
      const { status, body } = await apply({ items: [item(condition(name))] });
      return [status, body.message ?? body.items];
    };

    expect(await applyRule('fine')).toEqual([200, [{ id: 'a', result: 'ALLOW' }]]);
    expect(await applyRule('wrong')).toEqual([
      400,
      "Parameters to rule 'wrong' are invalid: color.0: not a color",
    ]);
    expect(await applyRule('late')).toEqual([
      500,
      "The params schema of the permission rule 'late' must be synchronous",
    ]);
  });

  it('[PREG-5] refuses conditions that nest without end', async () => {
    const { apply } = await withTodos();
    const depth = 50_000;
    const conditions = `${'{"not":'.repeat(depth)}{"rule":"isDone","resourceType":"todo-item"}${'}'.repeat(depth)}`;

    const { status } = await apply(
      `{"items":[{"id":"a","resourceRef":"1","resourceType":"todo-item","conditions":${conditions}}]}`,
    );

    expect(status).toBe(400);
  });

  it('[PREG-5] refuses a body that is too large', async () => {
    const { apply } = await withTodos();

    const { status } = await apply({ items: [item(done, 'x'.repeat(1_100_000))] });

    expect(status).toBe(413);
  });

  it('[PREG-5] refuses a body that is not declared as JSON', async () => {
    const { apply } = await withTodos();

    const { status } = await apply({ items: [item(done)] }, { 'content-type': 'text/plain' });

    expect(status).toBe(400);
  });

  it('[PREG-5] refuses types that the plugin does not have', async () => {
    const { apply } = await withTodos();
    const items = ['red', 'blue', 'red', 'todo-item'].map((resourceType) => ({
      ...item(done),
      resourceType,
    }));

    const { status, body } = await apply({ items });

    expect([status, body.message]).toEqual([400, 'Unexpected resource types: red, blue.']);
  });

  it('[PREG-5] knows types that have no rules', async () => {
    const { registry, apply } = await withRegistry();
    registry.addResourceType({ resourceRef: todoRef, rules: [], getResources: async () => TODOS });

    const { status, body } = await apply({ items: [item(done)] });

    expect([status, body.message]).toEqual([
      400,
      "Permission rule 'isDone' does not exist for resource type 'todo-item'",
    ]);
  });

  it('[PREG-5] is not implemented for a type whose resources cannot be loaded', async () => {
    const { registry, apply } = await withRegistry();
    registry.addResourceType({ resourceRef: todoRef, rules: [isDone] });

    const { status, body } = await apply({ items: [item(done)] });

    expect([status, body.name]).toEqual([501, 'NotImplementedError']);
  });

  it('passes on what loading the resources fails with', async () => {
    const { apply, getResources } = await withTodos();
    getResources.mockRejectedValueOnce(new Error('database away'));

    const { status, body } = await apply({ items: [item(done)] });

    expect([status, body.message]).toEqual([500, 'database away']);
  });

  it.each([
    [{ type: 'service', subject: 'plugin:permission' }, 200],
    [{ type: 'user', userEntityRef: 'user:default/jane', actor: SERVICE }, 200],
    [{ type: 'user', userEntityRef: 'user:default/jane' }, 403],
  ])('[PREG-6] for %j answers %i', async (principal, expected) => {
    const { apply, httpAuth } = await withTodos(principal);

    const { status, body } = await apply({ items: [item(done)] });

    expect(status).toBe(expected);
    if (expected === 403) expect(body).toEqual({ name: 'NotAllowedError', message: '' });
    expect(httpAuth.credentials).toHaveBeenCalledWith(expect.anything(), {
      allow: ['user', 'service'],
    });
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
