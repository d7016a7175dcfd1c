import * as published from '@backstage/backend-plugin-api';
import * as publishedAlpha from '@backstage/backend-plugin-api/alpha';
import { eventsServiceRef as publishedEventsServiceRef } from '@backstage/plugin-events-node';
import { describe, expect, it } from 'vitest';
import * as alpha from '../src/alpha.js';
import {
  connectionsServiceRef,
  coreServices,
  eventsServiceRef,
  externalTokenHandlersServiceRef,
  pluginTokenHandlerDecoratorServiceRef,
  urlReaderFactoriesServiceRef,
} from '../src/index.js';
import type { ServiceFactoryShape, ServiceRefShape } from '../src/internal.js';

describe('the refs of services', () => {
  it('are those of the published plugin API, all 22 core services', () => {
    expect(Object.keys(coreServices)).toHaveLength(22);
    expect(jsonOf(coreServices)).toEqual(jsonOf(published.coreServices));
  });

  it('are those of the published alpha entry', () => {
    expect(alphaRefs(alpha)).toEqual(alphaRefs(publishedAlpha));
    expect(alphaRefs(alpha)).toHaveLength(4);
  });

  it('are those of the published events package', () => {
    expect(jsonOf(eventsServiceRef)).toEqual(jsonOf(publishedEventsServiceRef));
  });

  it.each([
    [connectionsServiceRef, 'core.connections', false],
    [externalTokenHandlersServiceRef, 'core.auth.externalTokenHandlers', true],
    [pluginTokenHandlerDecoratorServiceRef, 'core.auth.pluginTokenHandlerDecorator', false],
    [urlReaderFactoriesServiceRef, 'core.urlReader.factories', true],
  ])('are known to published plugins: %s', (ref, id, multiton) => {
    expect(ref).toMatchObject({ id, scope: 'plugin', multiton });
  });

  it('[AUTH-21] by default, decorate the token handler with nothing', async () => {
    const ref = pluginTokenHandlerDecoratorServiceRef as unknown as ServiceRefShape;
    const handler = { verifyToken: async () => undefined };

    const factory = (await ref.__defaultFactory?.(ref)) as ServiceFactoryShape;
    const decorate = (await factory.factory({}, undefined)) as (handler: unknown) => unknown;

    expect(factory.service.id).toBe(ref.id);
    expect(decorate(handler)).toBe(handler);
  });
});

function alphaRefs(entry: typeof publishedAlpha | typeof alpha): unknown {
  const { actionsRegistryServiceRef, actionsServiceRef, metricsServiceRef, tracingServiceRef } =
    entry;
  return jsonOf([
    actionsRegistryServiceRef,
    actionsServiceRef,
    metricsServiceRef,
    tracingServiceRef,
  ]);
}

/** Refs as they print themselves as JSON. */
function jsonOf(refs: unknown): unknown {
  return JSON.parse(JSON.stringify(refs));
}
