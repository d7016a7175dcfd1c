import { describe, expect, it } from 'vitest';
import { createExtensionPoint, createExtensionPointFactoryMiddleware } from '../src/index.js';
import type { ExtensionPointFactoryMiddlewareShape } from '../src/internal.js';

const sources = createExtensionPoint<{ names: string[] }>({ id: 'todo.sources' });

describe('an extension point factory middleware', () => {
  it('[W1.12] holds the id of the extension point and what makes the replacement', async () => {
    const middleware = shapeOf(
      createExtensionPointFactoryMiddleware({
        extensionPoint: sources,
        middleware: (original) => ({ names: [...original.names, 'more'] }),
      }),
    );

    expect(middleware).toMatchObject({
      $$type: '@backstage/ExtensionPointFactoryMiddleware',
      version: 'v1',
      extensionPointId: 'todo.sources',
    });
    await expect(middleware.middleware({ names: ['first'] })).resolves.toEqual({
      names: ['first', 'more'],
    });
  });

  it('[W1.12] rejects with what the author throws', async () => {
    const failure = new Error('broken');
    const middleware = shapeOf(
      createExtensionPointFactoryMiddleware({
        extensionPoint: sources,
        middleware: () => {
          throw failure;
        },
      }),
    );

    await expect(middleware.middleware({ names: [] })).rejects.toBe(failure);
  });
});

function shapeOf(middleware: unknown): ExtensionPointFactoryMiddlewareShape {
  return middleware as ExtensionPointFactoryMiddlewareShape;
}
