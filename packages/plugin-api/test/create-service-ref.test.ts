import * as published from '@backstage/backend-plugin-api';
import { describe, expect, it } from 'vitest';
import { createServiceRef } from '../src/index.js';
import { dataOf } from './registrations.js';

describe('a service ref', () => {
  it('[W1.9] belongs to a plugin and is one, unless told otherwise', () => {
    const plain = createServiceRef<Date>({ id: 'mail' });
    const told = createServiceRef<Date>({ id: 'mails', scope: 'root', multiton: true });

    expect(plain).toMatchObject({ id: 'mail', scope: 'plugin', multiton: false });
    expect(told).toMatchObject({ id: 'mails', scope: 'root', multiton: true });
  });

  it('[W1.9] tells its id as text, and its data as JSON', () => {
    const ref = createServiceRef<Date>({ id: 'mail', scope: 'root' });

    expect(String(ref)).toBe('serviceRef{mail}');
    expect(JSON.parse(JSON.stringify(ref))).toEqual({
      $$type: '@backstage/ServiceRef',
      id: 'mail',
      scope: 'root',
      multiton: false,
    });
  });

  it('[W1.9] reads its type as null', () => {
    expect(createServiceRef<Date>({ id: 'mail' }).T).toBeNull();
  });

  it('[W1.9] carries its default factory, and only when it has one', () => {
    expect(createServiceRef<Date>({ id: 'mail', defaultFactory })).toHaveProperty(
      '__defaultFactory',
      defaultFactory,
    );
    expect(createServiceRef<Date>({ id: 'mail' })).not.toHaveProperty('__defaultFactory');
  });

  it('[W1.9] has the data of one made by the published plugin API', () => {
    const options = { id: 'mail', defaultFactory };

    expect(dataOf(createServiceRef<Date>(options))).toEqual(
      dataOf(published.createServiceRef<Date>(options)),
    );
  });
});

async function defaultFactory(): Promise<never> {
  throw new Error('not called');
}
