import { describe, expect, it } from 'vitest';
import { createBackendPlugin } from '@stagewire/plugin-api';
import {
  actionsRegistryServiceRef,
  actionsServiceRef,
  type ActionsRegistryService,
  type ActionsService,
  type ActionsServiceAction,
} from '@stagewire/plugin-api/alpha';
import { actionsRegistryServiceFactory, actionsServiceFactory } from '@stagewire/services/alpha';
import { makeFrom } from '../../src/fake.js';
import { mockCredentials, mockServices, startTestBackend } from '../../src/index.js';
import { describeBoth } from './both.js';

type Invoke = (id: string, input: object) => Promise<unknown>;
type Subject = AsyncDisposable & {
  registry: ActionsRegistryService;
  list(): Promise<ActionsServiceAction[]>;
  invoke: Invoke;
};

type Body = { actions: ActionsServiceAction[]; error: { message: string } };

/** The real one is asked through its routes, as plugins do. */
async function makeReal(): Promise<Subject> {
  const httpRouter = mockServices.httpRouter();
  const registry = await makeFrom(actionsRegistryServiceFactory, {
    pluginMetadata: mockServices.pluginMetadata(),
    httpRouter,
    httpAuth: mockServices.httpAuth(),
    logger: mockServices.logger(),
    auth: mockServices.auth(),
    config: mockServices.rootConfig(),
    permissions: mockServices.permissions(),
    permissionsRegistry: mockServices.permissionsRegistry(),
  });
  const ask = async (path: string, input?: object) => {
    const { url } = await httpRouter.listen();
    const response = await fetch(`${url}/.backstage/actions/v1/actions${path}`, {
      ...(input && { method: 'POST', body: JSON.stringify(input) }),
      headers: { 'content-type': 'application/json' },
    });
    const body = (await response.json()) as Body;
    if (!response.ok) throw new Error(body.error.message);
    return body;
  };
  return {
    registry,
    list: async () => (await ask('')).actions,
    invoke: (id, input) => ask(`/${id}/invoke`, input),
    [Symbol.asyncDispose]: async () => httpRouter[Symbol.asyncDispose](),
  };
}

function makeFake(): Subject {
  const registry = mockServices.actionsRegistry({ pluginId: 'test' });
  const credentials = mockCredentials.user();
  return {
    registry,
    list: async () => (await registry.list({ credentials })).actions,
    invoke: (id, input) => registry.invoke({ id, input: input as never, credentials }),
    [Symbol.asyncDispose]: async () => {},
  };
}

function registerGreeting(registry: ActionsRegistryService): void {
  registry.register({
    name: 'greet',
    title: 'Greet',
    description: 'Greets somebody',
    schema: {
      input: (z) => z.object({ name: z.string() }),
      output: (z) => z.object({ text: z.string() }),
    },
    action: async ({ input }) => ({ output: { text: `Hello ${input.name}` } }),
  });
}

let greeter: ActionsService | undefined;

/** A plugin with one action, which shows the service that calls actions. */
const greetingPlugin = createBackendPlugin({
  pluginId: 'test',
  register(reg) {
    reg.registerInit({
      deps: { registry: actionsRegistryServiceRef, actions: actionsServiceRef },
      async init({ registry, actions }) {
        registerGreeting(registry);
        greeter = actions;
      },
    });
  },
});

describeBoth('actionsRegistry', { real: makeReal, fake: makeFake }, (make) => {
  it('ACT-1 ACT-2 tells of actions, and runs them', async () => {
    await using subject = await make();
    const { registry, list, invoke } = subject;
    registerGreeting(registry);

    const [action] = await list();

    expect(action).toMatchObject({
      id: 'test:greet',
      pluginId: 'test',
      attributes: { readOnly: false, destructive: true, idempotent: false },
      schema: { input: { type: 'object', required: ['name'] } },
    });
    expect(await invoke('test:greet', { name: 'Jane' })).toEqual({
      output: { text: 'Hello Jane' },
    });
  });

  it('ACT-1 ACT-6 refuses what is there twice, not there, or does not fit', async () => {
    await using subject = await make();
    const { registry, invoke } = subject;
    registerGreeting(registry);

    expect(() => registerGreeting(registry)).toThrow(
      'Action with id "test:greet" is already registered',
    );
    await expect(invoke('test:other', {})).rejects.toThrow('Action "test:other" not found');
    await expect(invoke('test:greet', { name: 1 })).rejects.toThrow(
      'Invalid input to action "test:greet"',
    );
  });
});

type Calling = AsyncDisposable & { actions: ActionsService };

describeBoth<Calling>(
  'actions',
  {
    // It asks a plugin over HTTP.
    real: async () => {
      const backend = await startTestBackend({
        features: [
          actionsServiceFactory,
          mockServices.rootConfig.factory({
            data: { backend: { actions: { pluginSources: ['test'] } } },
          }),
          greetingPlugin,
        ],
      });
      const found = greeter!;
      return { actions: found, [Symbol.asyncDispose]: () => backend.stop() };
    },
    fake: () => {
      const registry = mockServices.actionsRegistry({ pluginId: 'test' });
      registerGreeting(registry);
      const actions = mockServices.actions({ registries: [registry] });
      return { actions, [Symbol.asyncDispose]: async () => {} };
    },
  },
  (make) => {
    const credentials = mockCredentials.user();

    it('ACT-3 ACT-4 finds the actions of plugins, and calls them', async () => {
      await using subject = await make();
      const { actions } = subject;

      const { actions: listed } = await actions.list({ credentials });

      expect(listed).toMatchObject([{ id: 'test:greet', pluginId: 'test', title: 'Greet' }]);
      expect(
        await actions.invoke({ id: 'test:greet', input: { name: 'Jane' }, credentials }),
      ).toEqual({ output: { text: 'Hello Jane' } });
    });

    it('tells what is not there', async () => {
      await using subject = await make();

      await expect(subject.actions.invoke({ id: 'test:other', credentials })).rejects.toThrow();
    });
  },
);

describe('the fake actions', () => {
  it('call those of fake registries', async () => {
    const registry = mockServices.actionsRegistry();
    registerGreeting(registry);
    const actions = mockServices.actions({
      registries: [mockServices.actionsRegistry({ pluginId: 'empty' }), registry],
    });
    const credentials = mockCredentials.user();

    const listed = await actions.list({ credentials });

    expect(listed.actions.map(({ id }) => id)).toEqual(['test:greet']);
    expect(
      await actions.invoke({ id: 'test:greet', input: { name: 'Jane' }, credentials }),
    ).toEqual({ output: { text: 'Hello Jane' } });
    await expect(actions.invoke({ id: 'test:other', credentials })).rejects.toThrow(
      'Action "test:other" not found',
    );
  });
});
