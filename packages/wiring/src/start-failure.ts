import type { Config } from '@stagewire/config';
import { isExplained } from '@stagewire/errors';
import { coreServices } from '@stagewire/plugin-api';
import type { ServiceRefShape } from '@stagewire/plugin-api/internal';
import { addConfigPlaces } from './config-places.js';
import {
  toDiagnostic,
  toFinding,
  toFindings,
  type Diagnostic,
  type Finding,
} from './diagnostic.js';
import { errorText, wiringErrors } from './errors.js';
import type { Instances } from './instances.js';
import { diagnosticsOf, noteDiagnostics } from './refuse.js';
import { BackendStartupError, type BackendStartupResult } from './startup-result.js';
import { describeUnit, type PluginUnit, type Unit } from './unit.js';

/** The failures that keep a backend from running, told like the problems that the check finds. */
export function toStartupError(
  result: BackendStartupResult,
  plugins: readonly PluginUnit[],
  instances: Instances,
): BackendStartupError {
  const error = new BackendStartupError(result);
  noteDiagnostics(error, tellFailures(result, plugins, instances));
  return error;
}

/** What failed and may not, each against its plugin or module. */
export function tellFailures(
  result: BackendStartupResult,
  plugins: readonly PluginUnit[],
  instances: Instances,
): Diagnostic[] {
  return [...failuresOf(result, plugins)].map(({ unit, cause }) =>
    toDiagnostic(toFailure(unit, cause, instances)),
  );
}

/**
 * Completes what is known of a failed start: in whose factory a root service failed, and where in
 * the configuration. The error stays what it is.
 */
export async function explainFailure(error: unknown, instances: Instances): Promise<void> {
  if (!(error instanceof Error)) return;
  if (diagnosticsOf(error).length === 0) noteRootFailure(error, instances);
  const config = await instances.findMade(
    coreServices.rootConfig as ServiceRefShape,
    instances.root,
  );
  if (!config?.value) return;
  const places = (each: Diagnostic) => addConfigPlaces(each, config.value as Config);
  noteDiagnostics(error, diagnosticsOf(error).map(places));
}

function noteRootFailure(error: Error, instances: Instances): void {
  const id = instances.findThrower(error)?.service.id;
  if (id === undefined) return;
  const told = isExplained(error) ? error : wiringErrors.serviceFailed(id, 'root', error);
  const origins = instances.culpritsOf(error);
  noteDiagnostics(error, toFindings(told, { origins }).map(toDiagnostic));
}

function* failuresOf({ plugins: results }: BackendStartupResult, plugins: readonly PluginUnit[]) {
  for (const { pluginId, failure, modules } of results) {
    const plugin = plugins.find((unit) => unit.pluginId === pluginId);
    if (!plugin) continue;
    if (failure && !failure.allowed) yield { unit: plugin as Unit, cause: failure.error };
    for (const { moduleId, failure: moduleFailure } of modules) {
      const unit = plugin.modules.find((module) => module.moduleId === moduleId);
      if (unit && moduleFailure && !moduleFailure.allowed) {
        yield { unit: unit as Unit, cause: moduleFailure.error };
      }
    }
  }
}

function toFailure(unit: Unit, error: Error, instances: Instances): Finding {
  const { pluginId, moduleId, origin } = unit;
  const origins = [...instances.culpritsOf(error), { ...origin, unit: describeUnit(unit) }];
  const finding = toFinding(
    error,
    { pluginId, ...(moduleId && { moduleId }), origins },
    { code: 'E_INIT_FAILED', fix: adviseOnInit(unit) },
  );
  if (isExplained(error)) return finding;
  const name = describeUnit(unit);
  const problem = `${name.charAt(0).toUpperCase()}${name.slice(1)} startup failed; caused by ${errorText(error)}`;
  return { ...finding, problem };
}

function adviseOnInit({ pluginId, moduleId }: Unit): string {
  const key =
    moduleId === undefined
      ? `${pluginId}.onPluginBootFailure`
      : `${pluginId}.modules.${moduleId}.onPluginModuleBootFailure`;
  return `mend what init threw, or let the backend start without it: backend.startup.plugins.${key}: continue`;
}
