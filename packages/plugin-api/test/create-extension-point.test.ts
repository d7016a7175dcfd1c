import * as published from '@backstage/backend-plugin-api';
import { describe, expect, it } from 'vitest';
import { createExtensionPoint } from '../src/index.js';
import { dataOf } from './registrations.js';

describe('an extension point', () => {
  it('[W1.10] is told by its id, and reads its type as null', () => {
    const sources = createExtensionPoint<Date>({ id: 'todo.sources' });

    expect(sources).toMatchObject({
      $$type: '@backstage/ExtensionPoint',
      id: 'todo.sources',
      T: null,
    });
    expect(String(sources)).toBe('extensionPoint{todo.sources}');
  });

  it('[W1.10] has the data of one made by the published plugin API', () => {
    const options = { id: 'todo.sources' };

    expect(dataOf(createExtensionPoint<Date>(options))).toEqual(
      dataOf(published.createExtensionPoint<Date>(options)),
    );
  });
});
