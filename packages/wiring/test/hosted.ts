import {
  setBackendHost,
  type HostedBackend,
  type ReplaceOptions,
  type Replacement,
} from '@stagewire/wiring/host';
import type { Backend } from '@stagewire/wiring';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import { coreServices } from '@stagewire/plugin-api';
import {
  createRecordingLogger,
  createTestBackend,
  createTestFactory,
  createTestLifecycle,
} from './support.js';

/** A backend as its host gets it. */
export function toHosted(backend: Backend): HostedBackend {
  let hosted: HostedBackend | undefined;
  setBackendHost({
    start(given) {
      hosted = given;
      return new Promise(() => {});
    },
  });
  try {
    void backend.start();
  } finally {
    setBackendHost(undefined);
  }
  return hosted!;
}

type Options = NonNullable<Parameters<typeof createTestBackend>[0]>;

const provide = (service: unknown, make: () => unknown) =>
  createTestFactory(service as never, {}, make);

/** What both runs of a program have from modules that did not change. */
function createDefaults(config: JsonObject) {
  return [
    provide(coreServices.rootConfig, () => new ConfigReader(config)),
    provide(coreServices.rootLogger, () => createRecordingLogger()),
    provide(coreServices.rootLifecycle, () => createTestLifecycle()),
    provide(coreServices.lifecycle, () => createTestLifecycle()),
  ];
}

const REPLACED = ['core.rootConfig', 'core.rootLogger', 'core.rootLifecycle', 'core.lifecycle'];

/** A backend that runs, and what a second run of its program is made of. */
export async function startHosted({ config = {}, services = [], ...others }: Options) {
  const options = {
    ...others,
    services: [...createDefaults(config), ...services],
    without: REPLACED,
  };
  const backend = createTestBackend(options);
  const hosted = toHosted(backend);
  const started = await hosted.start();
  const replaceWith = (
    features: unknown[],
    { isChanged = () => true, startLimit }: Partial<ReplaceOptions> = {},
  ): Promise<Replacement> => {
    const next = toHosted(createTestBackend({ ...options, features }));
    return hosted.replaceWith(next, { isChanged, ...(startLimit && { startLimit }) });
  };
  return { backend, hosted, started, replaceWith };
}
