import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { ModuleVersions, type VersionAnswer, type VersionRequest } from './module-versions.js';
import type { VersionHooksData } from './version-hooks.js';

/** Asks whoever resolves the imports of this process. */
export type AskVersions = (request: VersionRequest) => Promise<VersionAnswer>;

type Resolved = { url: string };
type Resolve = (
  specifier: string,
  context: { parentURL?: string },
  next: (specifier: string, context: object) => Resolved,
) => Resolved;

// Node 20 has hooks in a thread of their own alone; where there are others, those do not mix well.
const { registerHooks } = nodeModule as {
  registerHooks?: (hooks: { resolve: Resolve }) => void;
};

/** Lets the files of a folder be loaded in versions. */
export function registerVersions(folder: string): AskVersions {
  const root = pathToFileURL(`${folder}/`).href;
  if (!registerHooks) return registerInThread(root);
  const versions = new ModuleVersions(root);
  registerHooks({
    resolve: (specifier, context, next) =>
      versions.apply(next(specifier, context), context.parentURL),
  });
  return async (request) => versions.answer(request);
}

function registerInThread(root: string): AskVersions {
  const { port1, port2 } = new MessageChannel();
  nodeModule.register<VersionHooksData>(import.meta.resolve('@stagewire/cli/version-hooks'), {
    data: { root, port: port2 },
    transferList: [port2],
  });
  port1.unref();
  return async (request) => {
    const answer = new Promise<VersionAnswer>((resolve) => port1.once('message', resolve));
    port1.postMessage(request);
    try {
      return await answer;
    } finally {
      port1.unref(); // listening has made it keep the process
    }
  };
}
