import { toWarning } from '../finding.js';
import type { CheckedPackage } from '../model/checked-package.js';
import type { KnownPackage } from '../model/known-packages.js';
import { parsePluginName } from '../model/plugin-name.js';
import type { Rule } from '../rule.js';
import { backendErrors } from './errors.js';

/** A backend that has a module has its plugin, too: otherwise the module does nothing. */
export const checkOrphans: Rule = (one, repository) => {
  if (one.role !== 'backend' || bringsUnknown(one)) return [];
  const added = repository.importsOf(one);
  const own = one.code.runtime.flatMap(({ creations }) => creations);
  const plugins = new Set([
    ...added.flatMap(({ target }) => pluginOf(target) ?? []),
    ...own.flatMap(({ pluginId }) => pluginId?.text ?? []),
  ]);
  const modules = added.filter(({ target }) => target.role === 'backend-plugin-module');
  return modules
    .filter(({ target: { pluginId } }) => pluginId !== undefined && !plugins.has(pluginId))
    .map(({ file, found, target }) => {
      const { pluginPackage } = target.manifest.backstage ?? {};
      const plugin = typeof pluginPackage === 'string' ? pluginPackage : undefined;
      const error = backendErrors.moduleOrphan(target.name, target.pluginId!, plugin);
      return toWarning(one.inSource(file, found.line), error);
    });
};

/** The plugin that a package is; one that does not say what it is, is what its name says. */
function pluginOf({ name, role, pluginId }: KnownPackage): string | undefined {
  const named = parsePluginName(name);
  const isPlugin = (role ?? named?.role) === 'backend-plugin';
  return isPlugin ? (pluginId ?? named?.pluginId) : undefined;
}

/** Whether features may come from elsewhere: from loaders, from code that was made by a tool. */
function bringsUnknown({ code }: CheckedPackage): boolean {
  return code.runtime.some(
    ({ text, creations }) =>
      /FeatureLoader/.test(text) ||
      creations.some(({ kind, pluginId }) => kind === 'plugin' && !pluginId),
  );
}
