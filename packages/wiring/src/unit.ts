import type {
  DependencyShape,
  ExtensionPointRegistration,
  InitRegistration,
  Registration,
  ServiceRefShape,
} from '@stagewire/plugin-api/internal';
import type { Finding } from './diagnostic.js';
import type { Origin } from './origin.js';

/** A declared use of a connection type. */
export type Connection = { type: string; required?: boolean; description?: string };

/** A plugin or a module, ready to be booted. */
export type Unit = {
  pluginId: string;
  moduleId?: string;
  origin: Origin;
  extensionPoints: ExtensionPointRegistration[];
  connections: Connection[];
  init: InitRegistration;
};

/** A module with the modules that it has to wait for. */
export type ModuleUnit = Unit & { moduleId: string; after: string[] };

/** A plugin with its modules, in the order of registration. */
export type PluginUnit = Unit & { modules: ModuleUnit[] };

/** An extension point with the unit that provides it. */
export type ProvidedExtensionPoint = { registration: ExtensionPointRegistration; owner: Unit };

/** What the check of plugins and modules came to. */
export type CheckedUnits = {
  plugins: PluginUnit[];
  /** Modules whose plugin is not in this backend. */
  orphans: Array<Unit & { moduleId: string }>;
  extensionPoints: ReadonlyMap<string, ProvidedExtensionPoint>;
  /** All plugin ids that were seen, also those that only a module named. */
  pluginIds: string[];
  /** Plugins and modules that cannot run; policy may permit to leave them out. */
  broken: ReadonlySet<Unit>;
  findings: Finding[];
};

/** How messages call a plugin or module. */
export function describeUnit({ pluginId, moduleId }: { pluginId: string; moduleId?: string }) {
  return moduleId === undefined
    ? `plugin '${pluginId}'`
    : `module '${moduleId}' for plugin '${pluginId}'`;
}

/** How messages call a ref; refs made by hand need not know it themselves. */
export function describeRef({ $$type, id }: DependencyShape): string {
  return $$type === '@backstage/ExtensionPoint' ? `extensionPoint{${id}}` : `serviceRef{${id}}`;
}

/** The ids in a unit's deps, each once. */
export function neededIds(deps: Record<string, DependencyShape>): string[] {
  return [...new Set(Object.values(deps).map(({ id }) => id))];
}

/** The service refs in a registration's deps; malformed ones are left out: the check tells them. */
export function serviceRefsOf(registration: Registration): ServiceRefShape[] {
  try {
    const deps: unknown = registration.init?.deps;
    return isObject(deps) ? Object.values(deps).filter(isServiceRef) : [];
  } catch {
    return [];
  }
}

const isServiceRef = (ref: unknown): ref is ServiceRefShape =>
  isObject(ref) && (ref as ServiceRefShape).$$type === '@backstage/ServiceRef';

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';
