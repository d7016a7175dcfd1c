import type { CommandContext } from '../../command-context.js';
import type { BackendProgram } from '../../program/select-backends.js';
import { findPackageManager, type PackageManager } from '../../repository/package-manager.js';
import type { Repository } from '../../repository/repository.js';
import { readInstalledTree, type InstalledTree } from './installed-tree.js';

/** How a repository is examined. */
export type ExaminationOptions = {
  /** Configuration files, in place of those that a start would take. */
  config?: string[];
  /** Whether databases and caches are connected to. */
  connect?: boolean;
};

/** What all areas look at. */
export type Examination = {
  repository: Repository;
  backends: BackendProgram[];
  tree: InstalledTree;
  packageManager: PackageManager;
  /** The command that installs the repository. */
  install: string;
  options: ExaminationOptions;
  context: CommandContext;
};

/** Reads what all areas look at. */
export function beginExamination(
  repository: Repository,
  backends: BackendProgram[],
  options: ExaminationOptions,
  context: CommandContext,
): Examination {
  const packageManager = findPackageManager(repository);
  return {
    repository,
    backends,
    tree: readInstalledTree(
      repository,
      backends.map(({ directory }) => directory),
    ),
    packageManager,
    install: `${packageManager} install`,
    options,
    context,
  };
}
