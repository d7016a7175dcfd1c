import type { Repository } from '../repository/repository.js';
import { checkOrphans } from './backends/check-orphans.js';
import { checkUnusedFeatures } from './backends/check-unused-features.js';
import { checkDeclared } from './dependencies/check-declared.js';
import { checkRanges } from './dependencies/check-ranges.js';
import { checkUnused } from './dependencies/check-unused.js';
import { checkDefaultExport } from './features/check-default-export.js';
import { checkExportNames } from './features/check-export-names.js';
import { checkExtensionPoints } from './features/check-extension-points.js';
import { checkIds } from './features/check-ids.js';
import { checkModuleRoutes } from './features/check-module-routes.js';
import { checkModules } from './features/check-modules.js';
import type { Finding } from './finding.js';
import { checkBuiltins } from './imports/check-builtins.js';
import { checkDeepImports } from './imports/check-deep-imports.js';
import { checkRelativeImports } from './imports/check-relative-imports.js';
import { checkRoles } from './imports/check-roles.js';
import { checkSyntax } from './imports/check-syntax.js';
import { checkEntries } from './manifest/check-entries.js';
import { checkPluginId } from './manifest/check-plugin-id.js';
import { checkPluginPackages } from './manifest/check-plugin-packages.js';
import { checkRole } from './manifest/check-role.js';
import { CheckedRepository } from './model/checked-repository.js';
import type { Rule } from './rule.js';

/** The rules that need nothing but the files of a repository, by what they look at. */
export const RULES = {
  manifests: [checkRole, checkPluginId, checkPluginPackages, checkEntries],
  imports: [checkSyntax, checkRoles, checkBuiltins, checkDeepImports, checkRelativeImports],
  dependencies: [checkDeclared, checkUnused, checkRanges],
  features: [
    checkIds,
    checkModules,
    checkDefaultExport,
    checkExtensionPoints,
    checkExportNames,
    checkModuleRoutes,
  ],
  backends: [checkOrphans, checkUnusedFeatures],
} as const satisfies Record<string, readonly Rule[]>;

/** One of {@link RULES}. */
export type RuleArea = keyof typeof RULES;

/** What was looked at, and what is wrong with it. */
export type RepositoryCheck = { findings: Finding[]; files: number };

/**
 * Holds the packages of a repository to the rules.
 *
 * @param areas - which rules; `@default` all
 * @param isWanted - whether a package, by its folder, is looked at; `@default` all are
 */
export function checkRepository(
  repository: Repository,
  areas: readonly RuleArea[] = Object.keys(RULES) as RuleArea[],
  isWanted: (folder: string) => boolean = () => true,
): RepositoryCheck {
  const checked = new CheckedRepository(repository);
  const rules = areas.flatMap((area): readonly Rule[] => RULES[area]);
  const packages = checked.packages.filter(({ folder }) => isWanted(folder));
  return {
    findings: packages.flatMap((one) =>
      leaveOutConsequences(rules.flatMap((rule) => rule(one, checked))),
    ),
    files: packages.reduce((sum, { code }) => sum + code.all.length, 0),
  };
}

/** What must not be imported at all need not be declared. */
function leaveOutConsequences(findings: readonly Finding[]): Finding[] {
  const refused = new Set(findings.filter(({ code }) => REFUSED_IMPORTS.has(code)).map(toPlace));
  return findings.filter(
    (each) => each.code !== 'E_CHECK_DEPENDENCY_UNDECLARED' || !refused.has(toPlace(each)),
  );
}

const REFUSED_IMPORTS = new Set([
  'E_CHECK_IMPORT_PLUGIN',
  'E_CHECK_IMPORT_MODULE',
  'E_CHECK_IMPORT_PLATFORM',
]);

const toPlace = ({ file, line }: Finding) => `${file}:${line}`;
