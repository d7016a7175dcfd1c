import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandResult } from '../../command-context.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { installPackages } from './install-packages.js';
import type { Making, NewOptions } from './making.js';

/** What was made, in words. */
export type Made = {
  /** Such as `plugin todo`. */
  what: string;
  /** The folder to go to first, when it is a new one. */
  enter?: string;
  /** The next commands to type, after the packages are installed. */
  next: string[];
};

/** Writes what was prepared, installs where that is wanted, and tells it all. */
export async function finish(
  { context, repository, layout, changes, notes }: Omit<Making, 'questions'>,
  { install }: NewOptions,
  { what, enter, next }: Made,
): Promise<CommandResult> {
  const { style, progress } = context;
  changes.write();
  const { root } = repository;
  const isWanted = install ?? existsSync(join(root, 'node_modules'));
  const problem = isWanted
    ? await progress.during('installing packages', () =>
        installPackages(root, layout.packageManager, context),
      )
    : undefined;
  const isInstalled = isWanted && problem === undefined;
  const toType = [
    ...(enter === undefined ? [] : [`cd ${enter}`]),
    ...(isInstalled ? [] : [`${layout.packageManager} install`]),
    ...next,
  ];
  const { made, changed } = changes;
  const sections = [
    section(style.bold(`Made ${what}`), made),
    section(style.bold('Changed'), changed),
    section(style.bold('Left to do'), notes),
    problem !== undefined && `${style.red('The packages were not installed:')}\n${problem}`,
    section(style.bold('Next'), toType),
  ];
  return {
    text: sections.filter(Boolean).join('\n\n'),
    data: { root, made, changed, leftToDo: notes, installed: isInstalled, next: toType },
    exitCode: problem === undefined ? EXIT_CODES.ok : EXIT_CODES.failed,
  };
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n');
}
