import { pathToFileURL } from 'node:url';
import { createBackend } from '@stagewire/backend';
import type { BackendFeature } from '@stagewire/plugin-api';
import { mockServices } from '@stagewire/testing';
import type { AlonePlugin, FakedService } from '../alone-plugin.js';
import { databaseInMemory } from './database-in-memory.js';
import { createProxiedServices } from './proxied-services.js';

/** Makes a program that starts a plugin alone. */
export function createPluginAlone({ features, fakes, proxy }: AlonePlugin): () => Promise<void> {
  // Made once: services that were made anew would be other services.
  const services = [
    ...fakes.map((name) => FAKES[name]()),
    ...(proxy ? createProxiedServices(proxy) : []),
  ];
  return async () => {
    const backend = createBackend();
    for (const service of services) backend.add(service);
    for (const file of features) backend.add(import(pathToFileURL(file).href));
    await backend.start();
  };
}

const FAKES: Record<FakedService, () => BackendFeature> = {
  auth: () => mockServices.auth.factory(),
  cache: () => mockServices.cache.factory(),
  database: () => databaseInMemory,
  events: () => mockServices.events.factory(),
  httpAuth: () => mockServices.httpAuth.factory(),
  permissions: () => mockServices.permissions.factory(),
  userInfo: () => mockServices.userInfo.factory(),
};
