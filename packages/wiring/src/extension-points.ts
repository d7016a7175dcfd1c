import type { ExtensionPointFactoryMiddlewareShape } from '@stagewire/plugin-api/internal';
import { wiringErrors } from './errors.js';
import type { ModuleUnit, ProvidedExtensionPoint } from './unit.js';

const MIDDLEWARE_TYPE = '@backstage/ExtensionPointFactoryMiddleware';

/** Makes the implementations of extension points, one for each module that uses one. */
export class ExtensionPoints {
  constructor(
    private readonly provided: ReadonlyMap<string, ProvidedExtensionPoint>,
    private readonly middleware: readonly ExtensionPointFactoryMiddlewareShape[],
    private readonly report: (module: ModuleUnit, error: Error) => void,
  ) {}

  has(id: string): boolean {
    return this.provided.has(id);
  }

  /** Makes an extension point for a module: its factory first, then each middleware in order. */
  async make(id: string, module: ModuleUnit): Promise<unknown> {
    const { registration } = this.provided.get(id)!;
    let implementation = registration.factory({
      reportModuleStartupFailure: ({ error }) => this.report(module, error),
    });
    for (const { extensionPointId, middleware } of this.middleware) {
      if (extensionPointId === id) implementation = await middleware(implementation);
    }
    return implementation;
  }
}

/** Looks into a middleware. @throws `E_MIDDLEWARE_INVALID` */
export function openMiddleware(value: unknown): ExtensionPointFactoryMiddlewareShape {
  const { $$type, version } = (value ?? {}) as { $$type?: unknown; version?: unknown };
  if ($$type !== MIDDLEWARE_TYPE) throw wiringErrors.middlewareType(MIDDLEWARE_TYPE, $$type);
  if (version !== 'v1') throw wiringErrors.middlewareVersion(version);
  return value as ExtensionPointFactoryMiddlewareShape;
}
