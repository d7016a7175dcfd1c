import { tellFixInStack } from '@stagewire/errors';
import { pluginApiErrors } from './errors.js';

const PATTERN = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/i;
// Published plugins still have ids with underscores. Nothing else about them is different.
const ACCEPTED_PATTERN = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/i;
const RULE = `${String(PATTERN)} (letters, digits, and dashes only, starting with a letter)`;

/** Refuses a plugin id that is no good, and warns about one that will not be for long. */
export function assertPluginId(pluginId: string): void {
  if (!ACCEPTED_PATTERN.test(pluginId)) {
    throw tellFixInStack(pluginApiErrors.invalidPluginId(pluginId, RULE));
  }
  if (!PATTERN.test(pluginId)) warnAbout(`pluginId '${pluginId}'`);
}

/** The same for the id of a module. Its plugin id is checked by whoever creates the plugin. */
export function assertModuleId(moduleId: string, pluginId: string): void {
  if (!ACCEPTED_PATTERN.test(moduleId)) {
    throw tellFixInStack(pluginApiErrors.invalidModuleId(moduleId, pluginId, RULE));
  }
  if (!PATTERN.test(moduleId)) warnAbout(`moduleId '${moduleId}' for plugin '${pluginId}',`);
}

// Features are created while modules load, when no logger exists.
function warnAbout(id: string): void {
  console.warn(
    `WARNING: The ${id} will be invalid soon, please change it to match the pattern ${RULE}`,
  );
}
