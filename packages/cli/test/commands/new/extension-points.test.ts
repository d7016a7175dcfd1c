import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { findExtensionPoints } from '../../../src/commands/new/extension-points.js';
import { TempRepository } from '../../temp-repository.js';

it('finds extension points in sources, with what their interfaces offer', () => {
  using folder = new TempRepository({
    'src/processing.ts': `import { createExtensionPoint } from '@stagewire/plugin-api';
export interface TodoProcessingExtensionPoint {
  addProcessor(processor: () => void): void;
  limit: number;
}
export const todoProcessingExtensionPoint =
  createExtensionPoint<TodoProcessingExtensionPoint>({ id: 'todo.processing' });
export const somethingElse = create<string>();
`,
    'src/processing.test.ts': `const fake = createExtensionPoint<string>({ id: 'fake' });`,
  });

  expect(findExtensionPoints(folder.root)).toEqual([
    {
      name: 'todoProcessingExtensionPoint',
      type: 'TodoProcessingExtensionPoint',
      methods: ['addProcessor', 'limit'],
    },
  ]);
});

it('finds those of a published package in its types', () => {
  const manifest = fileURLToPath(
    import.meta.resolve('@backstage/plugin-catalog-node/package.json'),
  );

  expect(findExtensionPoints(dirname(manifest))).toContainEqual({
    name: 'catalogProcessingExtensionPoint',
    type: 'CatalogProcessingExtensionPoint',
    methods: expect.arrayContaining(['addProcessor', 'addEntityProvider']),
  });
});
