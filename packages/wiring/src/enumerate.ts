import { toError } from '@stagewire/errors';
import type { CollectedRegistration } from './collect.js';
import { toFinding, type Finding } from './diagnostic.js';
import { wiringErrors } from './errors.js';
import type { Origin } from './origin.js';
import type { ProvidedExtensionPoint, Unit } from './unit.js';
import { normaliseRegistration } from './validate.js';

/** Plugins and modules by id, before anybody looked at what they depend on. */
export type Enumerated = {
  plugins: Map<string, Unit>;
  modules: Map<string, Array<Unit & { moduleId: string }>>;
  extensionPoints: Map<string, ProvidedExtensionPoint>;
  pluginIds: string[];
  /** Plugins that are wrong as a whole: neither they nor their modules run. */
  failedPlugins: Set<string>;
  findings: Finding[];
};

/**
 * Goes through all registrations in order and gives each plugin id, module id and extension point
 * id to one owner.
 *
 * @remarks
 * A plugin that is registered twice fails as a whole; of a module that is registered twice the
 * first copy stays.
 */
export function enumerate(registrations: CollectedRegistration[]): Enumerated {
  const state: Enumerated = {
    plugins: new Map(),
    modules: new Map(),
    extensionPoints: new Map(),
    pluginIds: [],
    failedPlugins: new Set(),
    findings: [],
  };
  for (const collected of registrations) take(collected, state);
  for (const pluginId of state.failedPlugins) {
    state.plugins.delete(pluginId);
    state.modules.delete(pluginId);
  }
  state.pluginIds = [...new Set(registrations.map(({ registration }) => registration.pluginId))]
    .filter((id) => typeof id === 'string')
    .toSorted();
  return state;
}

function take({ registration, origin }: CollectedRegistration, state: Enumerated): void {
  const provided: string[] = [];
  try {
    const unit: Unit = { ...normaliseRegistration(registration), origin };
    for (const point of unit.extensionPoints) {
      const { id } = point.extensionPoint;
      const rival = state.extensionPoints.get(id);
      if (rival) throw wiringErrors.extensionPointDuplicate(id, [rival.owner.origin, origin]);
      state.extensionPoints.set(id, { registration: point, owner: unit });
      provided.push(id);
    }
    if (isModule(unit)) addModule(unit, state);
    else addPlugin(unit, state);
  } catch (error) {
    for (const id of provided) state.extensionPoints.delete(id);
    blame(toError(error), registration, origin, state);
  }
}

const isModule = (unit: Unit): unit is Unit & { moduleId: string } => unit.moduleId !== undefined;

function addPlugin(unit: Unit, { plugins }: Enumerated): void {
  const rival = plugins.get(unit.pluginId);
  if (rival) throw wiringErrors.pluginDuplicate(unit.pluginId, [rival.origin, unit.origin]);
  plugins.set(unit.pluginId, unit);
}

function addModule(unit: Unit & { moduleId: string }, { modules }: Enumerated): void {
  const { pluginId, moduleId, origin } = unit;
  const siblings = modules.get(pluginId) ?? [];
  const rival = siblings.find((other) => other.moduleId === moduleId);
  if (rival) throw wiringErrors.moduleDuplicate(pluginId, moduleId, [rival.origin, origin]);
  modules.set(pluginId, [...siblings, unit]);
}

/** The failure belongs to the module if one can be named, else to the plugin, else to the backend. */
function blame(
  error: Error,
  registration: { pluginId?: unknown; moduleId?: unknown },
  origin: Origin,
  state: Enumerated,
): void {
  const { pluginId, moduleId } = registration;
  if (typeof pluginId !== 'string') {
    state.findings.push(toFinding(error, { origins: [origin] }));
  } else if (typeof moduleId === 'string') {
    state.findings.push(toFinding(error, { pluginId, moduleId, origins: [origin] }));
  } else {
    state.failedPlugins.add(pluginId);
    state.findings.push(toFinding(error, { pluginId, origins: [origin] }));
  }
}
