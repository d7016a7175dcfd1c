import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigReader, type JsonObject } from '@stagewire/config';

import { onTestFinished } from 'vitest';
import { DatabaseManager } from '../../src/database/database-manager.js';
import { recordingLogger } from '../support/line-logger.js';

export { recordingLogger };

/** An empty directory that is gone after the present test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'stagewire-database-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/**
 * The databases of a backend with this `backend.database`; closed after the present test.
 *
 * @param applicationFolders - where optional packages are found; by default there are none
 */
export function databases(backendDatabase?: JsonObject, applicationFolders: string[] = []) {
  const shutdownHooks: Array<() => void | Promise<void>> = [];
  const config = new ConfigReader({ backend: backendDatabase && { database: backendDatabase } });
  const manager = DatabaseManager.create({
    config,
    applicationFolders,
    rootLifecycle: { addShutdownHook: (hook) => void shutdownHooks.push(hook) },
  });
  const logger = recordingLogger();
  const shutdown = async () => {
    for (const hook of shutdownHooks) await hook();
  };
  onTestFinished(shutdown);
  return {
    manager,
    logger,
    shutdown,
    forPlugin: (pluginId: string) => manager.forPlugin(pluginId, { logger }),
    getClient: (pluginId: string) => manager.forPlugin(pluginId, { logger }).getClient(),
  };
}
