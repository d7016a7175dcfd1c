import type {
  ExtensionPointRegistration,
  ExtensionPointShape,
  FeatureLoaderShape,
  FeatureShape,
  InitRegistration,
  Registration,
  ServiceDecoratorShape,
  ServiceFactoryShape,
  ServiceRefShape,
} from '@stagewire/plugin-api/internal';
import { wiringErrors } from './errors.js';
import {
  adviseOnNoFeature,
  adviseOnServiceRef,
  adviseOnUnmarked,
  MAKE_IT_ANEW,
  TAKE_ANOTHER_VERSION,
} from './feature-advice.js';
import { isObjectOrFunction } from './unwrap.js';

/** What a feature turned out to be. */
export type RecognisedFeature =
  | { kind: 'service'; feature: ServiceFactoryShape }
  | { kind: 'decorator'; feature: FeatureLoaderShape; decorator: ServiceDecoratorShape }
  | { kind: 'loader'; feature: FeatureLoaderShape }
  | { kind: 'registrations'; feature: { getRegistrations(): unknown } };

/**
 * Tells what kind of feature a value is, by its data alone: any version of any plugin API may have
 * made it.
 *
 * @param source - how to call it in an error
 * @throws `E_FEATURE_INVALID` at the first part that is not as it should be
 */
export function recogniseFeature(value: unknown, source: string): RecognisedFeature {
  assertMarks(value, source);
  const feature = value as unknown as FeatureShape;
  if (value.featureType === 'service' || 'service' in value) {
    return { kind: 'service', feature: asServiceFactory(feature, source) };
  }
  if (value.featureType === 'loader' && 'decorator' in value) {
    const decorator = asServiceDecorator(value.decorator, source);
    return { kind: 'decorator', feature: feature as FeatureLoaderShape, decorator };
  }
  if (value.featureType === 'loader') {
    return { kind: 'loader', feature: feature as FeatureLoaderShape };
  }
  if (value.featureType === 'registrations' || 'getRegistrations' in value) {
    if (typeof value.getRegistrations !== 'function') {
      refuse(`${source}.getRegistrations`, 'a function', value.getRegistrations);
    }
    return { kind: 'registrations', feature: feature as { getRegistrations(): unknown } };
  }
  return refuse(
    `${source}.featureType`,
    '"service", "registrations", or "loader"',
    value.featureType,
  );
}

/** Checks a service factory. @throws `E_FEATURE_INVALID` */
export function asServiceFactory(value: unknown, source: string): ServiceFactoryShape {
  assertMarks(value, source);
  assertServiceAndDeps(value, source);
  if (typeof value.factory !== 'function') refuse(`${source}.factory`, 'a function', value.factory);
  return value as unknown as ServiceFactoryShape;
}

/** Checks what wraps a service. */
function asServiceDecorator(value: unknown, source: string): ServiceDecoratorShape {
  if (!isObjectOrFunction(value)) refuse(`${source}.decorator`, 'a decorator object', value);
  assertServiceAndDeps(value, source);
  const { plugins, decorate } = value;
  if (typeof decorate !== 'function') refuse(`${source}.decorate`, 'a function', decorate);
  if (plugins !== undefined && !Array.isArray(plugins)) {
    refuse(`${source}.plugins`, 'an array of plugin ids', plugins);
  }
  return value as unknown as ServiceDecoratorShape;
}

function assertServiceAndDeps(value: Record<string, unknown>, source: string): void {
  assertServiceRef(value.service, `${source}.service`);
  assertDependencies(value.deps, `${source}.deps`);
  for (const [name, ref] of Object.entries(value.deps)) {
    assertServiceRef(ref, `${source}.deps.${name}`);
  }
}

/** Checks what all features have in common. */
function assertMarks(value: unknown, source: string): asserts value is Record<string, unknown> {
  if (!isObjectOrFunction(value)) {
    refuse(source, 'an object or function', value, adviseOnNoFeature(value));
  }
  const { $$type, version } = value;
  if ($$type !== '@backstage/BackendFeature') {
    refuse(`${source}.$$type`, '"@backstage/BackendFeature"', $$type, adviseOnUnmarked(value));
  }
  if (version !== 'v1') refuse(`${source}.version`, '"v1"', version, TAKE_ANOTHER_VERSION);
}

/** How errors call a feature that says who it is; otherwise the fallback. */
export function describeFeature(value: unknown, fallback: string): string {
  return describeSelf(value) ?? fallback;
}

/** How errors call a feature that a feature loader returned. */
export function describeOutput(value: unknown, loader: string, index: number): string {
  const own = describeSelf(value);
  return own
    ? `${own} (returned by ${loader}, output[${index}])`
    : `${loader} -> loader output[${index}]`;
}

function describeSelf(value: unknown): string | undefined {
  if (!isObjectOrFunction(value)) return undefined;
  const { service, description, featureType } = value as {
    service?: { id?: unknown };
    description?: unknown;
    featureType?: unknown;
  };
  if (typeof service?.id === 'string') return `service factory for "${service.id}"`;
  if (typeof description !== 'string') return undefined;
  if ('decorator' in value) return description;
  return `${featureType === 'loader' ? 'feature loader' : 'backend feature'} ${description}`;
}

/**
 * Runs `register` of a plugin or module and checks that what it registered can be attributed.
 *
 * @throws `E_FEATURE_INVALID`, or whatever the author's `register` throws
 */
export function readRegistrations(
  feature: { getRegistrations(): unknown },
  source: string,
): Registration[] {
  const registrations = feature.getRegistrations();
  const path = `${source}.getRegistrations()`;
  if (!Array.isArray(registrations)) refuse(path, 'an array', registrations);
  registrations.forEach((entry: unknown, index) => {
    if (!isObjectOrFunction(entry)) refuse(`${path}[${index}]`, 'a registration object', entry);
    assertOwner(entry);
  });
  return registrations as Registration[];
}

function assertOwner(registration: Record<string, unknown>): void {
  const { type, pluginId, moduleId } = registration;
  const isModule = type === 'module' || type === 'module-v1.1';
  if (!isModule && type !== 'plugin' && type !== 'plugin-v1.1') return;
  if (typeof pluginId !== 'string') refuse('registration.pluginId', 'a string', pluginId);
  if (isModule && typeof moduleId !== 'string') {
    refuse(`module registration for plugin "${pluginId}".moduleId`, 'a string', moduleId);
  }
}

/** A registration whose every part has the right shape, in one form for all plugin API versions. */
export type NormalisedRegistration = {
  pluginId: string;
  moduleId?: string;
  extensionPoints: ExtensionPointRegistration[];
  connections: Array<{ type: string; required?: boolean; description?: string }>;
  init: InitRegistration;
};

/**
 * Checks the inside of a registration and brings it into its newest form.
 *
 * @throws `E_FEATURE_INVALID`, `E_REGISTRATION_TYPE`
 */
export function normaliseRegistration(registration: Registration): NormalisedRegistration {
  const isModule = registration.type === 'module' || registration.type === 'module-v1.1';
  const isPlugin = registration.type === 'plugin' || registration.type === 'plugin-v1.1';
  if (!isModule && !isPlugin) {
    throw wiringErrors.registrationType((registration as { type: unknown }).type);
  }
  const source = describeRegistration(registration);
  return {
    pluginId: registration.pluginId,
    ...(isModule && { moduleId: registration.moduleId }),
    extensionPoints: normaliseExtensionPoints(registration, source),
    connections: ('connections' in registration && registration.connections) || [],
    init: checkInit(registration.init, source, isModule),
  };
}

/** How errors call a registration. */
export function describeRegistration(registration: {
  pluginId?: unknown;
  moduleId?: unknown;
}): string {
  const { pluginId, moduleId } = registration;
  if (typeof pluginId !== 'string') return 'registration';
  return typeof moduleId === 'string'
    ? `module "${moduleId}" for plugin "${pluginId}"`
    : `plugin "${pluginId}"`;
}

function normaliseExtensionPoints(
  registration: Registration,
  source: string,
): ExtensionPointRegistration[] {
  const path = `${source}.extensionPoints`;
  const given = registration.extensionPoints as unknown;
  if (!Array.isArray(given)) refuse(path, 'an array', given);
  const hasFactories = registration.type.endsWith('-v1.1');
  return given.map((entry: unknown, index) =>
    hasFactories
      ? checkExtensionPoint(entry, `${path}[${index}]`)
      : wrapExtensionPoint(entry, `${path}[${index}]`),
  );
}

function checkExtensionPoint(entry: unknown, path: string): ExtensionPointRegistration {
  if (!isObjectOrFunction(entry)) refuse(path, 'an extension point registration object', entry);
  assertExtensionPointRef(entry.extensionPoint, `${path}.extensionPoint`);
  if (typeof entry.factory !== 'function') refuse(`${path}.factory`, 'a function', entry.factory);
  return entry as unknown as ExtensionPointRegistration;
}

function wrapExtensionPoint(entry: unknown, path: string): ExtensionPointRegistration {
  if (!Array.isArray(entry)) refuse(path, 'an array', entry);
  const [extensionPoint, implementation] = entry as [unknown, unknown];
  assertExtensionPointRef(extensionPoint, `${path}[0]`);
  return { extensionPoint, factory: () => implementation };
}

function checkInit(init: unknown, source: string, isModule: boolean): InitRegistration {
  const path = `${source}.init`;
  if (!isObjectOrFunction(init)) refuse(path, 'an init registration object', init);
  assertDependencies(init.deps, `${path}.deps`);
  for (const [name, ref] of Object.entries(init.deps)) {
    if (isModule && isExtensionPointRef(ref)) {
      assertExtensionPointRef(ref, `${path}.deps.${name}`);
    } else {
      assertServiceRef(ref, `${path}.deps.${name}`);
    }
  }
  if (typeof init.func !== 'function') refuse(`${path}.func`, 'a function', init.func);
  return init as unknown as InitRegistration;
}

/** Tells whether a dep is an extension point, by its type mark. */
export function isExtensionPointRef(ref: unknown): ref is ExtensionPointShape {
  return isObjectOrFunction(ref) && ref.$$type === '@backstage/ExtensionPoint';
}

function assertExtensionPointRef(ref: unknown, path: string): asserts ref is ExtensionPointShape {
  if (!isObjectOrFunction(ref)) refuse(path, 'an extension point reference object', ref);
  if (typeof ref.id !== 'string') refuse(`${path}.id`, 'a string', ref.id);
}

/** Checks one service ref. @throws `E_FEATURE_INVALID` */
export function assertServiceRef(ref: unknown, path: string): asserts ref is ServiceRefShape {
  const advice = adviseOnServiceRef(ref);
  if (!isObjectOrFunction(ref)) refuse(path, 'a service reference object', ref, advice);
  if (typeof ref.id !== 'string') refuse(`${path}.id`, 'a string', ref.id, advice);
  if (ref.scope !== 'root' && ref.scope !== 'plugin') {
    refuse(`${path}.scope`, '"root" or "plugin"', ref.scope, advice);
  }
}

/** Checks that deps can be listed. @throws `E_FEATURE_INVALID` */
export function assertDependencies(
  deps: unknown,
  path: string,
): asserts deps is Record<string, unknown> {
  if (!isObjectOrFunction(deps) || Array.isArray(deps)) refuse(path, 'a dependency object', deps);
}

/**
 * Refuses a part of a feature.
 *
 * @param advice - what to do about it
 * @throws `E_FEATURE_INVALID`, always
 */
export function refuse(
  path: string,
  expected: string,
  received: unknown,
  advice = MAKE_IT_ANEW,
): never {
  throw wiringErrors.featureInvalid(path, expected, describeValue(received), advice);
}

function describeValue(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : String(value);
}
