import { ConfigReader } from '@stagewire/config';
import type { DatabaseService } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { describe, expect, it } from 'vitest';
import { databaseServiceFactory } from '../../src/database/database-service-factory.js';
import { recordingLogger } from './support.js';

describe('the factory of core.database', () => {
  it('gives each plugin its own database, and closes all after the plugins have stopped', async () => {
    const hooks: Array<() => unknown> = [];
    const shape = databaseServiceFactory as unknown as ServiceFactoryShape;
    const context = await shape.createRootContext!({
      rootConfig: new ConfigReader({}),
      rootLifecycle: { addShutdownHook: (hook: () => unknown) => hooks.push(hook) },
      rootLogger: recordingLogger(),
    });
    const create = async (pluginId: string) =>
      (await shape.factory(
        { logger: recordingLogger(), pluginMetadata: { getId: () => pluginId } },
        context,
      )) as DatabaseService;

    const [todo, other] = [await create('todo'), await create('other')];
    const client = await todo.getClient();

    expect(await other.getClient()).not.toBe(client);
    await Promise.all(hooks.map((hook) => hook()));
    await expect(client.raw('select 1')).rejects.toThrow('Unable to acquire a connection');
  });

  it('is lazy, and depends on what the ecosystem documents', () => {
    const shape = databaseServiceFactory as unknown as ServiceFactoryShape;

    expect(shape.service.id).toBe('core.database');
    expect(shape.initialization ?? 'lazy').toBe('lazy');
    expect(Object.values(shape.deps).map(({ id }) => id)).toEqual([
      'core.rootConfig',
      'core.lifecycle',
      'core.logger',
      'core.pluginMetadata',
      'core.rootLifecycle',
      'core.rootLogger',
    ]);
  });
});
