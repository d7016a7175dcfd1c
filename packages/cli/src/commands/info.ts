import { arch, platform, release } from 'node:os';
import { toError } from '@stagewire/errors';
import type { Command } from 'commander';
import type { CommandContext, CommandResult } from '../command-context.js';
import type { RunnerFactory } from '../create-program.js';
import { defineCommand } from '../define-command.js';
import { EXIT_CODES } from '../exit-codes.js';
import { readOwnVersion } from '../own-version.js';
import { findBackends } from '../repository/backends.js';
import { ECOSYSTEM } from '../repository/installed.js';
import { readRepository, type Repository } from '../repository/repository.js';
import { alignColumns } from '../terminal/align-columns.js';
import { findTarget, loadConfiguration } from './config/load-configuration.js';
import { readInstalledTree } from './doctor/installed-tree.js';

/** `stagewire info` */
export function createInfoCommand(toRunner: RunnerFactory): Command {
  const command = defineCommand({
    name: 'info',
    summary: 'tell what is here: versions, backends, packages',
    description:
      'Tells the versions of Node, Stagewire and installed plugins, the backends and packages of the repository, and where configuration comes from. Paste it into bug reports: there is nothing secret in it.',
    examples: [
      ['stagewire info', 'for a bug report'],
      ['stagewire info --json', 'for a program'],
    ],
    hasJson: true,
  });
  return command.action(() => toRunner(command)(runInfo));
}

async function runInfo({ cwd, env, style }: CommandContext): Promise<CommandResult> {
  const repository = readRepository(cwd);
  const configuration = await describeConfiguration({ cwd, env });
  const data = {
    stagewire: readOwnVersion(),
    node: process.versions.node,
    system: `${platform()} ${release()} ${arch()}`,
    root: repository.root,
    backends: findBackends(repository).map(({ folder }) => folder),
    ...configuration,
    installed: listInstalled(repository),
    packages: repository.packages.map(({ folder, name, role, manifest }) => ({
      folder,
      name,
      version: manifest.version ?? '',
      role: role ?? '',
    })),
  };
  const facts = alignColumns([
    ['stagewire', data.stagewire],
    ['node', data.node],
    ['system', data.system],
    ['root', data.root],
    ['backends', data.backends.join(', ') || 'none'],
    ['configuration', data.configuration],
    ['database', data.database],
  ]);
  const installed = alignColumns(data.installed.map(({ name, version }) => [name, version]));
  const packages = alignColumns(
    data.packages.map(({ folder, name, version, role }) => [folder, `${name}@${version}`, role]),
  );
  return {
    text: [
      facts,
      ...(data.packages.length > 0 ? ['', style.bold('Packages'), packages] : []),
      ...(installed ? ['', style.bold('Installed'), installed] : []),
    ].join('\n'),
    data,
    exitCode: EXIT_CODES.ok,
  };
}

/** Where configuration comes from, and which database it names; without any value of it. */
async function describeConfiguration(
  context: Pick<CommandContext, 'cwd' | 'env'>,
): Promise<{ configuration: string; database: string }> {
  try {
    const { sources, reader } = await loadConfiguration(findTarget({}, context));
    const client = reader.getOptionalString('backend.database.client');
    return { configuration: sources.description || 'none', database: client ?? 'the default' };
  } catch (error) {
    // What is wrong with it is for others to tell: `stagewire config check`.
    const { code, name } = toError(error) as Error & { code?: string };
    return { configuration: `cannot be loaded (${code ?? name})`, database: 'unknown' };
  }
}

/** The installed packages of the ecosystem and of ours, each version once. */
function listInstalled(repository: Repository): { name: string; version: string }[] {
  const found = [...readInstalledTree(repository).packages.values()]
    .filter(({ name, isLocal }) => ECOSYSTEM.test(name) && !isLocal)
    .map(({ name, version }) => ({ name, version }));
  const distinct = new Map(found.map((each) => [`${each.name}@${each.version}`, each]));
  return [...distinct]
    .toSorted(([one], [other]) => one.localeCompare(other, 'en'))
    .map(([, each]) => each);
}
