import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findRepositoryRoot } from '@stagewire/config';
import type { CommandContext, CommandResult } from '../../command-context.js';
import { cliErrors } from '../../errors.js';
import { readManifest } from '../../repository/repository.js';
import { addPackage } from './add-package.js';
import { FileChanges } from './file-changes.js';
import { finish } from './finish.js';
import { newLayout, type Layout } from './layout.js';
import { askScope, beginIn, choosePrefix, type NewOptions } from './making.js';
import { assertId, findFault, toKebabCase, toPrefix } from './names.js';
import { Questions } from './questions.js';
import { backendReadme, renderBackend, toBackendApi } from './templates/backend.js';
import { renderPackage, type PackageTemplate } from './templates/package.js';
import { renderRepository } from './templates/repository.js';

/** What an empty folder may have in it: none of it is written by us, nor of the repository itself. */
const HARMLESS = [
  '.DS_Store',
  '.editorconfig',
  '.git',
  '.gitattributes',
  '.github',
  '.idea',
  '.npmrc',
  '.nvmrc',
  '.vscode',
  'LICENSE',
];

/**
 * `stagewire new backend`: another backend inside of a repository, and a repository with its first
 * one everywhere else.
 */
export async function newBackend(
  context: CommandContext,
  name: string | undefined,
  options: NewOptions,
): Promise<CommandResult> {
  return isInRepository(context.cwd)
    ? makeAnotherBackend(context, name, options)
    : makeRepository(context, name, options);
}

/** Whether there are workspaces at or above a folder. */
function isInRepository(cwd: string): boolean {
  const file = join(findRepositoryRoot(cwd), 'package.json');
  return existsSync(file) && readManifest(file).workspaces !== undefined;
}

async function makeAnotherBackend(
  context: CommandContext,
  given: string | undefined,
  options: NewOptions,
): Promise<CommandResult> {
  const making = beginIn(context, options);
  const { questions, layout } = making;
  const isTaken = making.repository.packages.some(({ folder }) => folder === 'packages/backend');
  const name =
    given ??
    (await questions.text({
      message: 'Name of the backend?',
      flag: 'its name: stagewire new backend <name>',
      ...(!isTaken && { initial: 'backend' }),
      check: (text) => assertId('backend', text),
    }));
  assertId('backend', name);
  const folder = `packages/${name}`;
  // The stock layout has backends without a scope: nobody else ever installs one.
  const prefix = layout.kind === 'stock' ? '' : toScope(await choosePrefix(making, options));
  addPackage(making, toBackendPackage(layout, folder, `${prefix}${name}`));
  return finish(making, options, {
    what: `backend ${name}`,
    next: [`npx stagewire dev ${folder}`],
  });
}

async function makeRepository(
  context: CommandContext,
  given: string | undefined,
  options: NewOptions,
): Promise<CommandResult> {
  const questions = new Questions(context, { takesDefaults: options.yes === true });
  const root = given === undefined ? context.cwd : join(context.cwd, assertId('repository', given));
  assertEmpty(root);
  const name = given ?? toRepositoryName(root);
  const prefix = toScope(toPrefix(options.scope ?? (await askScope(questions))));

  const changes = new FileChanges(root);
  const files = renderRepository(newLayout, name);
  for (const [path, text] of Object.entries(files)) changes.makeFile(path, text);
  const backend = toBackendPackage(newLayout, 'packages/backend', `${prefix}backend`);
  changes.makeFolder(backend.folder, renderPackage(newLayout, backend));
  const made = { root, manifest: {}, packages: [] };
  return finish({ context, repository: made, layout: newLayout, changes, notes: [] }, options, {
    what: `repository ${name}`,
    ...(given !== undefined && { enter: given }),
    next: ['npx stagewire new plugin <id>', 'npm run dev'],
  });
}

function toBackendPackage(layout: Layout, folder: string, name: string): PackageTemplate {
  return {
    folder,
    name,
    description: 'Puts a backend together from its features.',
    role: 'backend',
    dependencies: [toBackendApi(layout)],
    readme: backendReadme,
    files: renderBackend(layout),
  };
}

/** @throws `E_CLI_NEW_NOT_EMPTY` */
function assertEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  const entries = readdirSync(folder).filter((entry) => !HARMLESS.includes(entry));
  if (entries.length > 0) throw cliErrors.newNotEmpty(folder, entries.slice(0, SHOWN_ENTRIES));
}

/** How many files of a folder that is not empty are named. */
const SHOWN_ENTRIES = 3;

/** The name of a folder is not sure to be one that a package may have. */
function toRepositoryName(root: string): string {
  const name = toKebabCase(basename(root));
  return findFault('repository', name) ? 'portal' : name;
}

/** `@acme/` of `@acme/backstage-`, which is for plugins. */
function toScope(prefix: string): string {
  return /^@[^/]+\//.exec(prefix)?.[0] ?? '';
}
