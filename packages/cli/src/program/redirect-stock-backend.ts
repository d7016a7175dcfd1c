// Loaded before a program of the stock layout: whatever it gets of '@backstage/backend-defaults' by
// that very name is '@stagewire/backend'. The subpaths of the stock package stay what they are.
import * as nodeModule from 'node:module';
import * as backend from '@stagewire/backend';
import { resolve, STOCK_BACKEND } from './redirect-hooks.js';

type Load = (request: string, parent: unknown, isMain: boolean) => unknown;

// Node 20 has hooks in a thread of their own alone, and those may block what later versions do.
type WithHooks = { registerHooks?: (hooks: { resolve: unknown }) => void };
const { registerHooks } = nodeModule as WithHooks;
if (registerHooks) registerHooks({ resolve });
else nodeModule.register(import.meta.resolve('@stagewire/cli/redirect-hooks'));

// A require() is not sure to ask those hooks, and an ES module is not sure to be loaded by it.
const internals = nodeModule.default as unknown as { _load: Load };
const load = internals._load;
internals._load = function loadOrRedirect(request, parent, isMain) {
  return request === STOCK_BACKEND ? backend : load.call(this, request, parent, isMain);
};
