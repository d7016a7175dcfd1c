// Runs in the thread in which Node resolves imports.
import type { ResolveHook } from 'node:module';

/** What programs of the stock layout make their backend with. */
export const STOCK_BACKEND = '@backstage/backend-defaults';

/** Resolves the stock package to ours, as this package sees it: the program need not have it. */
export const resolve: ResolveHook = (specifier, context, nextResolve) =>
  specifier === STOCK_BACKEND
    ? nextResolve('@stagewire/backend', { ...context, parentURL: import.meta.url })
    : nextResolve(specifier, context);
