import { isAbsolute } from 'node:path';
import { toError } from '@stagewire/errors';
import { isObjectOrFunction } from './unwrap.js';

const FEATURE = '@backstage/BackendFeature';

/** For a feature that somebody put together by hand, or that is of another time. */
export const MAKE_IT_ANEW =
  'make the feature with createBackendPlugin(), createBackendModule(), createServiceFactory(), ' +
  'decorateService() or createBackendFeatureLoader(), with options as their types say; if a package did that, it was made for another plugin API: take another version of it';

/** For a feature of a version that is not known here. */
export const TAKE_ANOTHER_VERSION =
  'update the backend, or take an older version of the package: the feature was made by a plugin API that this backend does not know';

/** For what packages of that time export, and what has to be called to be a feature. */
const TAKE_A_NEWER_VERSION =
  'take a newer version of the package: plugins of plugin API 0.6 and older export a factory, which backends no longer take since 0.7';

const IMPORTED_NOTHING = 'a misspelt name, or files that import each other, give undefined';

/** What to do about something that cannot be a feature at all. */
export function adviseOnNoFeature(value: unknown): string {
  if (typeof value === 'string') {
    return `a name alone loads nothing: write backend.add(import(${JSON.stringify(value)}))`;
  }
  return value === undefined
    ? `look at the import of what is given to backend.add(): ${IMPORTED_NOTHING}`
    : 'give backend.add() a feature, or the import of a package that has one as its default export';
}

/** What to do about something that is not marked as a feature. */
export function adviseOnUnmarked(value: Record<string, unknown>): string {
  if (Array.isArray(value)) return 'add the features of this array one by one';
  if (value.$$type === `${FEATURE}Factory`) return TAKE_A_NEWER_VERSION;
  if (typeof value.$$type === 'string') {
    return `'${value.$$type}' is of no use to a backend: add the package that is made for backends`;
  }
  if (typeof value === 'function') return adviseOnFunction(value);
  const held = Object.keys(value).filter((key) => isFeature(value[key]));
  if (held.length > 0) {
    const names = held.map((key) => `'${key}'`).join(' and ');
    return `this is not a feature but holds one as ${names}: add that, or make it the default export of its package`;
  }
  return `give backend.add() a feature, or the import of a package that has one as its default export; ${MAKE_IT_ANEW}`;
}

/** What to do about a dep, or a factory's service, that is no service ref. */
export function adviseOnServiceRef(ref: unknown): string {
  if (ref === undefined) return `look at the import of this ref: ${IMPORTED_NOTHING}`;
  if (isObjectOrFunction(ref) && ref.$$type === '@backstage/ExtensionPoint') {
    return 'only modules depend on extension points: move this part into a module of the plugin that provides it';
  }
  return 'name a ref that createServiceRef() made, such as coreServices.logger';
}

function adviseOnFunction(value: Function): string {
  if (Function.prototype.toString.call(value).startsWith('class')) return MAKE_IT_ANEW;
  return `if this function makes a feature, call it: backend.add(${value.name || 'make'}())`;
}

/** What to do about a package, or a file of one, that an import did not find; undefined for other errors. */
export function adviseOnMissingFile(error: unknown): string | undefined {
  const { message } = toError(error);
  const missing = /^Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1];
  if (missing === undefined) return undefined;
  return isAbsolute(missing) || missing.startsWith('.')
    ? 'look whether the path is right, and whether the package was built'
    : `install it: npm install ${missing}; where a package.json names it already, npm install alone`;
}

const isFeature = (value: unknown) => isObjectOrFunction(value) && value.$$type === FEATURE;
