import type { CheckedPackage } from './model/checked-package.js';
import type { CheckedRepository } from './model/checked-repository.js';
import type { Finding } from './finding.js';

/** Looks at one package of a repository, and tells what is wrong with it. */
export type Rule = (one: CheckedPackage, repository: CheckedRepository) => Finding[];
