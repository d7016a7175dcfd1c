import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CommandContext, CommandResult } from '../../command-context.js';
import type { RunnerFactory } from '../../create-program.js';
import { defineCommand } from '../../define-command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { BACKEND_ARGUMENT, configOption, repeated } from '../../options.js';
import { usesStockBackend } from '../../program/node-arguments.js';
import { pickBackend } from '../../program/pick-backend.js';
import { toProgramArguments } from '../../program/select-backends.js';
import { readRepository } from '../../repository/repository.js';
import { counted } from '../../terminal/counted.js';
import { displayPath } from '../../terminal/display-path.js';
import { findBuilt } from '../start/find-built.js';
import { redirectionNote } from '../start/start-command.js';
import type { Build } from './build-backend.js';
import { BUNDLE_FILES } from './bundle-format.js';

type BuildCommandOptions = { config?: string[]; out?: string; external?: string[] };

/** `stagewire build` */
export function createBuildCommand(toRunner: RunnerFactory): Command {
  const command = defineCommand({
    name: 'build',
    summary: 'make a folder that a backend runs from with only Node',
    description:
      'Puts a backend with all that it needs into a folder: one bundle with what V8 made of it, and the files of packages where they are. It runs there, or wherever it is copied, with nothing but Node, starts faster and takes less memory. To find out what is loaded, the program is run, with databases in memory and without the network.',
    examples: [
      ['stagewire build', 'the only backend, or the one of this folder, into its build/'],
      ['stagewire build packages/backend --out /tmp/portal', 'this one, into another folder'],
      ['stagewire build --external @acme/native', 'a package stays as it is, beside the bundle'],
    ],
    hasJson: true,
  });
  return command
    .argument('[backend]', BACKEND_ARGUMENT)
    .option('--out <folder>', 'the folder that is made; build in that of the backend by default')
    .option('--external <package>', 'a package that is not bundled; can be repeated', repeated)
    .addOption(configOption())
    .action((named: string | undefined, options: BuildCommandOptions) =>
      toRunner(command)((context) => runBuild(named, options, context)),
    );
}

async function runBuild(
  named: string | undefined,
  { config, out, external = [] }: BuildCommandOptions,
  context: CommandContext,
): Promise<CommandResult> {
  const { cwd } = context;
  const repository = readRepository(cwd);
  const backend = pickBackend(repository, named, cwd);
  const { name, program, directory } = backend;
  const built = findBuilt(repository, directory);
  const folder = out === undefined ? resolve(directory, 'build') : resolve(cwd, out);
  // Only now: no other command needs a bundler.
  const { buildBackend } = await import('./build-backend.js');
  const build = await buildBackend(
    {
      repository,
      name,
      program: 'file' in built ? built.file : program,
      directory,
      usesSources: !('file' in built),
      args: toProgramArguments(backend, config, cwd),
      out: folder,
      external,
    },
    context,
  );
  const notes = usesStockBackend(program) ? [redirectionNote(backend)] : [];
  const text = [...notes, ...describeBuild(build, name, displayPath(folder, cwd), repository.root)];
  return { text: text.join('\n'), data: toData(build, folder), exitCode: EXIT_CODES.ok };
}

function describeBuild(build: Build, name: string, folder: string, root: string): string[] {
  const { manifest, whole, left, sizes, rehearsal } = build;
  const modules = manifest.packages.reduce((sum, each) => sum + each.modules, 0);
  const bundled = manifest.packages.filter(({ kind }) => kind === 'bundled');
  const errors = rehearsal.plans.flatMap(({ diagnostics }) =>
    diagnostics.filter(({ severity }) => severity === 'error'),
  );
  return [
    `Built ${name} into ${folder}`,
    `  ${counted(modules, 'module')} of ${counted(bundled.length, 'package')} in ${BUNDLE_FILES.code}: ${inMegabytes(sizes.code)}, and ${inMegabytes(sizes.cache)} of cache for Node ${manifest.node}`,
    `  ${inMegabytes(sizes.files)} of files of ${counted(manifest.packages.length, 'package')}, listed in ${BUNDLE_FILES.manifest}`,
    ...whole.map((each) => `  ${displayPath(each.name, root)} stays whole: ${each.reason}`),
    ...left.map(({ file, reason }) => `  ${displayPath(file, root)} stays a file: ${reason}`),
    ...errors.map(
      ({ code, problem }) => `  where it was built, it would not start: ${code}  ${problem}`,
    ),
    `Run it with: node ${folder}/${BUNDLE_FILES.entry} --config app-config.yaml`,
  ];
}

const inMegabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

function toData({ manifest, whole, left, sizes }: Build, folder: string) {
  const { packages, ...rest } = manifest;
  return { folder, ...rest, packages: packages.length, sizes, whole, left };
}
