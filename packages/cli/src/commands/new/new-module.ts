import type { CommandContext, CommandResult } from '../../command-context.js';
import { cliErrors } from '../../errors.js';
import { findInstalled, readInstalledManifest } from '../../repository/installed.js';
import type { Manifest, RepositoryPackage } from '../../repository/repository.js';
import { addPackage } from './add-package.js';
import { addToBackend, chooseBackend } from './add-to-backend.js';
import { findExtensionPoints, type FoundExtensionPoint } from './extension-points.js';
import { finish } from './finish.js';
import { beginIn, choosePrefix, type Making, type NewOptions } from './making.js';
import { assertId } from './names.js';
import { renderModule, renderModuleReadme, type ModuleTemplate } from './templates/module.js';
import type { Neighbour } from './templates/package.js';
import { toTestCommand } from './test-command.js';

/** The options of `stagewire new module`. */
export type NewModuleOptions = NewOptions & {
  /** The library with the extension points, when the plugin is not one of the repository. */
  from?: string;
  /** The name of an extension point, or `none`. */
  extensionPoint?: string;
  backend?: string;
};

/** A library of a plugin: in the repository, or installed from outside. */
type Library = {
  name: string;
  directory: string;
  manifest: Manifest;
  /** How it is depended on inside of the repository; undefined for one from outside. */
  neighbour?: Neighbour;
};

/** What a module extends. */
type Extended = { pluginPackage: string | undefined; libraries: Library[] };

/** `stagewire new module`: a module for a plugin of the repository, or for a published one. */
export async function newModule(
  context: CommandContext,
  given: { pluginId?: string; moduleId?: string },
  options: NewModuleOptions,
): Promise<CommandResult> {
  const making = beginIn(context, options);
  const pluginId = await choosePlugin(making, given.pluginId);
  const moduleId = await chooseModuleId(making, given.moduleId);
  const extended = findExtended(making, pluginId, options.from);
  const chosen = await chooseExtensionPoint(making, extended, options.extensionPoint);
  const prefix = await choosePrefix(making, options);
  const backend = await chooseBackend(making, options.backend);

  const { layout } = making;
  const template: ModuleTemplate = {
    pluginId,
    moduleId,
    ...(chosen && { extensionPoint: { ...chosen.point, from: chosen.library.name } }),
  };
  const name = `${prefix}plugin-${pluginId}-backend-module-${moduleId}`;
  const module = addPackage(making, {
    folder: `plugins/${pluginId}-backend-module-${moduleId}`,
    name,
    description: `The module ${moduleId} of the plugin ${pluginId}.`,
    role: 'backend-plugin-module',
    pluginId,
    ...(extended.pluginPackage !== undefined && { pluginPackage: extended.pluginPackage }),
    dependencies: chosen ? [layout.api] : [layout.api, 'express', 'express-promise-router'],
    devDependencies: chosen ? [layout.testing] : [layout.testing, '@types/express'],
    ...toDependency(making, chosen?.library),
    readme: renderModuleReadme(template, name),
    files: renderModule(layout, template),
  });
  addToBackend(making, backend, module);
  return finish(making, options, {
    what: `module ${moduleId} of plugin ${pluginId}`,
    next: [toTestCommand(layout, module)],
  });
}

async function choosePlugin(
  { questions, repository }: Making,
  given: string | undefined,
): Promise<string> {
  const known = repository.packages.flatMap(({ role, manifest }) => {
    const pluginId = manifest.backstage?.pluginId;
    return role === 'backend-plugin' && typeof pluginId === 'string' ? [pluginId] : [];
  });
  const pluginId =
    given ??
    (await questions.text({
      message: 'Id of the plugin that it extends?',
      flag: 'both ids: stagewire new module <plugin id> <module id>',
      check: (id) => assertId('plugin', id),
    }));
  // A published plugin may have an id that a new one would not get.
  return known.includes(pluginId) ? pluginId : assertId('plugin', pluginId);
}

async function chooseModuleId({ questions }: Making, given: string | undefined): Promise<string> {
  const moduleId =
    given ??
    (await questions.text({
      message: 'Id of the module?',
      flag: 'both ids: stagewire new module <plugin id> <module id>',
      check: (id) => assertId('module', id),
    }));
  return assertId('module', moduleId);
}

/**
 * Finds the plugin and its libraries: the one that is named, those of the repository, or the one
 * that the ecosystem's own plugins have when it is installed.
 */
function findExtended(making: Making, pluginId: string, from: string | undefined): Extended {
  const { packages } = making.repository;
  const own = packages.filter(({ manifest }) => manifest.backstage?.pluginId === pluginId);
  const plugin = own.find(({ role }) => role === 'backend-plugin');
  if (from !== undefined) return toExtended(readLibrary(making, from), plugin);
  if (plugin) {
    const libraries = own.filter(({ role }) => role === 'node-library').map(toLibrary);
    return { pluginPackage: plugin.name, libraries };
  }
  const published = findInstalledLibrary(making, `@backstage/plugin-${pluginId}-node`);
  if (!published) throw cliErrors.newPluginUnknown(pluginId);
  return toExtended(published, undefined);
}

/** A library knows the packages of its plugin. */
function toExtended(library: Library, plugin: RepositoryPackage | undefined): Extended {
  const { pluginPackages } = library.manifest.backstage ?? {};
  const names = Array.isArray(pluginPackages) ? pluginPackages.map(String) : [];
  const pluginPackage = plugin?.name ?? names.find((name) => name.endsWith('-backend'));
  return { pluginPackage, libraries: [library] };
}

/** @throws `E_CLI_NEW_LIBRARY` */
function readLibrary(making: Making, wanted: string): Library {
  const bare = wanted.replace(/^\.\//, '').replace(/\/$/, '');
  const own = making.repository.packages.find(
    ({ name, folder }) => name === bare || folder === bare,
  );
  const library = own ? toLibrary(own) : findInstalledLibrary(making, bare);
  if (!library) throw cliErrors.newLibrary(wanted, 'it is not in this repository, nor installed');
  const { role } = library.manifest.backstage ?? {};
  if (role !== 'node-library' && role !== 'backend-plugin-module') {
    throw cliErrors.newLibrary(wanted, `its role is ${String(role ?? 'none')}`);
  }
  return library;
}

function toLibrary({ name, directory, folder, manifest }: RepositoryPackage): Library {
  const neighbour = { name, folder, version: manifest.version ?? '0.0.0' };
  return { name, directory, manifest, neighbour };
}

function findInstalledLibrary({ repository }: Making, name: string): Library | undefined {
  // Hoisted to the root, as a rule; else below the backend that has it.
  for (const from of [repository.root, ...repository.packages.map((one) => one.directory)]) {
    const directory = findInstalled(name, from);
    const manifest = directory && readInstalledManifest(name, from);
    if (directory && manifest) return { name, directory, manifest };
  }
  return undefined;
}

async function chooseExtensionPoint(
  { questions }: Making,
  { libraries }: Extended,
  wanted: string | undefined,
): Promise<{ library: Library; point: FoundExtensionPoint } | undefined> {
  const found = libraries.flatMap((library) =>
    findExtensionPoints(library.directory).map((point) => ({ library, point })),
  );
  if (wanted === 'none' || (wanted === undefined && found.length === 0)) return undefined;
  const names = found.map(({ point }) => point.name);
  const name =
    wanted ??
    (await questions.select({
      message: 'Which extension point does it use?',
      flag: `one of them: --extension-point ${names.join(', or ')}; or none`,
      options: names.map((value) => ({ value })),
    }));
  const chosen = found.find(({ point }) => point.name === name);
  if (!chosen) {
    const searched = libraries.map((library) => library.name).join(', ') || 'this plugin';
    throw cliErrors.newExtensionPoint(name, searched, names);
  }
  return chosen;
}

function toDependency(
  { layout }: Making,
  library: Library | undefined,
): { neighbours?: Neighbour[]; ranges?: Record<string, string> } {
  if (!library) return {};
  if (library.neighbour) return { neighbours: [library.neighbour] };
  const known = layout.range(library.name);
  return {
    ranges: { [library.name]: known === '*' ? `^${library.manifest.version ?? '0.0.0'}` : known },
  };
}
