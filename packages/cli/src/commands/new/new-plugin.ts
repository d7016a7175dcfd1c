import type { CommandContext, CommandResult } from '../../command-context.js';
import type { Manifest, RepositoryPackage } from '../../repository/repository.js';
import { addPackage } from './add-package.js';
import { addToBackend, chooseBackend } from './add-to-backend.js';
import { finish } from './finish.js';
import { beginIn, choosePrefix, type Making, type NewOptions } from './making.js';
import { assertId } from './names.js';
import {
  renderCommonLibrary,
  renderCommonReadme,
  renderNodeLibrary,
  renderNodeReadme,
} from './templates/libraries.js';
import type { Neighbour } from './templates/package.js';
import { renderPlugin, renderPluginReadme } from './templates/plugin.js';
import { toTestCommand } from './test-command.js';

/** The options of `stagewire new plugin`. */
export type NewPluginOptions = NewOptions & {
  /** Makes `<id>-node`, with an extension point for modules. */
  node?: boolean;
  /** Makes `<id>-common`, for what front ends and backends share. */
  common?: boolean;
  backend?: string;
};

/** What else there may be of a plugin. */
type Library = 'node' | 'common';

/** `stagewire new plugin`: a plugin, with the libraries that are wanted. */
export async function newPlugin(
  context: CommandContext,
  given: string | undefined,
  options: NewPluginOptions,
): Promise<CommandResult> {
  const making = beginIn(context, options);
  const pluginId = await chooseId(making, given);
  const libraries = await chooseLibraries(making, options);
  const prefix = await choosePrefix(making, options);
  const backend = await chooseBackend(making, options.backend);

  const toName = (kind: Library | 'backend') => `${prefix}plugin-${pluginId}-${kind}`;
  const names = (['backend', ...libraries] as const).map(toName);
  const siblings = findSiblings(making, pluginId);
  const pluginPackages = [...names, ...siblings.map(({ name }) => name)].toSorted();
  for (const sibling of siblings) updatePluginPackages(making, sibling, pluginPackages);

  const made: Neighbour[] = libraries.map((kind) =>
    addLibrary(making, kind, { pluginId, name: toName(kind), pluginPackages }),
  );
  const { layout } = making;
  const template = {
    pluginId,
    backendName: toName('backend'),
    ...(libraries.includes('node') && { nodeName: toName('node') }),
    ...(libraries.includes('common') && { commonName: toName('common') }),
  };
  const folder = `plugins/${pluginId}-backend`;
  const plugin = addPackage(making, {
    folder,
    name: template.backendName,
    description: `The plugin ${pluginId}.`,
    role: 'backend-plugin',
    pluginId,
    pluginPackages,
    dependencies: [layout.api, 'express', 'express-promise-router'],
    devDependencies: [layout.testing, '@types/express'],
    neighbours: made,
    readme: renderPluginReadme(template),
    files: renderPlugin(layout, template),
  });
  addToBackend(making, backend, plugin);
  return finish(making, options, {
    what: `plugin ${pluginId}`,
    next: [toTestCommand(layout, plugin)],
  });
}

async function chooseId({ questions }: Making, given: string | undefined): Promise<string> {
  const pluginId =
    given ??
    (await questions.text({
      message: 'Id of the plugin?',
      flag: 'its id: stagewire new plugin <id>',
      check: (id) => assertId('plugin', id),
    }));
  return assertId('plugin', pluginId);
}

/** A flag for one of them settles both. */
async function chooseLibraries(
  { questions }: Making,
  { node, common }: NewPluginOptions,
): Promise<Library[]> {
  if (node !== undefined || common !== undefined) {
    return [...(common ? (['common'] as const) : []), ...(node ? (['node'] as const) : [])];
  }
  const chosen = await questions.selectAny<Library>({
    message: 'Which libraries does it have?',
    options: [
      { value: 'node', hint: 'an extension point, which modules extend the plugin through' },
      { value: 'common', hint: 'what front ends and backends share' },
    ],
  });
  return chosen.toSorted();
}

/** Packages of the same plugin that are there already, such as its front end. */
function findSiblings({ repository }: Making, pluginId: string): RepositoryPackage[] {
  return repository.packages.filter(
    ({ manifest, role }) =>
      manifest.backstage?.pluginId === pluginId && role !== undefined && !role.endsWith('-module'),
  );
}

function updatePluginPackages(
  { changes }: Making,
  { folder }: RepositoryPackage,
  pluginPackages: string[],
): void {
  changes.changeJson<Manifest>(`${folder}/package.json`, (manifest) => ({
    ...manifest,
    backstage: { ...manifest.backstage, pluginPackages },
  }));
}

function addLibrary(
  making: Making,
  kind: Library,
  of: { pluginId: string; name: string; pluginPackages: string[] },
): Neighbour {
  const { layout } = making;
  const { pluginId, name } = of;
  const shared = { ...of, folder: `plugins/${pluginId}-${kind}` };
  if (kind === 'common') {
    return addPackage(making, {
      ...shared,
      description: `What front ends and backends share of the plugin ${pluginId}.`,
      role: 'common-library',
      readme: renderCommonReadme(),
      files: renderCommonLibrary(layout, pluginId),
    });
  }
  return addPackage(making, {
    ...shared,
    description: `What modules extend the plugin ${pluginId} through.`,
    role: 'node-library',
    dependencies: [layout.api],
    devDependencies: [layout.testing],
    readme: renderNodeReadme(pluginId, name),
    files: renderNodeLibrary(layout, pluginId),
  });
}
