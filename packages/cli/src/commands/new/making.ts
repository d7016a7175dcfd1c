import type { CommandContext } from '../../command-context.js';
import { cliErrors } from '../../errors.js';
import { readRepository, type Repository } from '../../repository/repository.js';
import { FileChanges } from './file-changes.js';
import { findPrefix, readLayout, type Layout } from './layout.js';
import { toPrefix } from './names.js';
import { Questions } from './questions.js';

/** The options that all of `stagewire new` have. */
export type NewOptions = {
  /** Takes the default of everything that has one, and asks nothing. */
  yes?: boolean;
  /** Whether packages are installed at the end. `@default` where the repository is installed */
  install?: boolean;
  /** What the names of packages begin with. `@default` as the repository has it */
  scope?: string;
};

/** What is at work while something is made in a repository. */
export type Making = {
  context: CommandContext;
  questions: Questions;
  repository: Repository;
  layout: Layout;
  changes: FileChanges;
  /** What is left to be done by hand. */
  notes: string[];
};

/** Begins to make something in the repository that the command was called in. */
export function beginIn(context: CommandContext, options: NewOptions): Making {
  const repository = readRepository(context.cwd);
  if (repository.packages.some(({ folder }) => folder === '.')) {
    throw cliErrors.newNoWorkspaces(repository.root);
  }
  return {
    context,
    questions: new Questions(context, { takesDefaults: options.yes === true }),
    repository,
    layout: readLayout(repository),
    changes: new FileChanges(repository.root),
    notes: [],
  };
}

/** What package names of a repository begin with where nothing tells; nobody can publish it. */
export const DEFAULT_SCOPE = '@internal';

/** What the name of a new package begins with: as the flag says, as its neighbours have it, or asked. */
export async function choosePrefix(
  { questions, repository }: Pick<Making, 'questions' | 'repository'>,
  { scope }: NewOptions,
): Promise<string> {
  if (scope !== undefined) return toPrefix(scope);
  const prefix = findPrefix(repository);
  return prefix ?? toPrefix(await askScope(questions));
}

/** Asks what package names begin with. */
export function askScope(questions: Questions): Promise<string> {
  return questions.text({
    message: 'Scope of the packages?',
    flag: 'the scope: --scope @acme',
    initial: DEFAULT_SCOPE,
    check: toPrefix,
  });
}
