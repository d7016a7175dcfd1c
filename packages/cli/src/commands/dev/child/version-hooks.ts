// Runs in the thread in which Node 20 resolves imports.
import type { InitializeHook, ResolveHook } from 'node:module';
import type { MessagePort } from 'node:worker_threads';
import { ModuleVersions, type VersionRequest } from './module-versions.js';

/** What the hooks are told when they are registered. */
export type VersionHooksData = {
  /** URL of the folder whose files are followed, with a slash at its end. */
  root: string;
  port: MessagePort;
};

let versions: ModuleVersions | undefined;

export const initialize: InitializeHook<VersionHooksData> = ({ root, port }) => {
  const created = (versions = new ModuleVersions(root));
  port.on('message', (request: VersionRequest) => port.postMessage(created.answer(request)));
  port.unref();
};

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const resolved = await nextResolve(specifier, context);
  return versions ? versions.apply(resolved, context.parentURL) : resolved;
};
