import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '@stagewire/wiring';
import type { CommandContext } from '../../command-context.js';
import { planProgram } from '../../program/plan-program.js';
import { readScriptArguments } from '../../program/script-arguments.js';
import { findBackends, type BackendPackage } from '../../repository/backends.js';
import { isInside } from '../../repository/paths.js';
import type { Repository } from '../../repository/repository.js';
import { toFinding, type Finding, type Place } from '../../rules/finding.js';
import { findDefault } from '../../rules/features/find-default.js';
import { CheckedPackage } from '../../rules/model/checked-package.js';
import { placeOf, withShortPaths } from './places.js';

/** What the check of the configuration tells with a better place. */
const CONFIG = /^E_CONFIG_(?!KEY$|CONVERT$)/;

/** Runs the program of each backend as far as its plan, and tells what is wrong with that. */
export async function checkPlans(
  repository: Repository,
  isWanted: (folder: string) => boolean,
  context: CommandContext,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const backend of findBackends(repository).filter(({ folder }) => isWanted(folder))) {
    const planned = await context.progress.during(`planning ${backend.folder}`, () =>
      planProgram(backend.program, context, { args: readScriptArguments(backend.manifest) }),
    );
    const diagnostics = [...planned.problems, ...planned.plans.flatMap((plan) => plan.diagnostics)];
    findings.push(
      ...diagnostics
        .filter(({ code }) => !CONFIG.test(code))
        .map((each) => toFindingOf(each, backend, repository)),
    );
  }
  return findings;
}

function toFindingOf(
  diagnostic: Diagnostic,
  backend: BackendPackage,
  repository: Repository,
): Finding {
  const { severity, permitted, code, problem, fix, culprits, thrownAt = [] } = diagnostic;
  // A feature of the repository is mended where it is made, not where it is added.
  const place =
    findWritten(thrownAt, backend, repository) ??
    findFeature(culprits, repository) ??
    findWritten(culprits, backend, repository) ??
    findImport(culprits, backend) ??
    placeOf(backend.program, 0, repository);
  const words = withShortPaths({ code, message: problem, fix }, repository);
  // What policy permits does not keep the backend from starting.
  return toFinding(permitted ? 'warning' : severity, place, words);
}

/** The first file and line of the repository that texts name. */
function findWritten(
  texts: readonly string[],
  { directory }: BackendPackage,
  repository: Repository,
): Place | undefined {
  const pattern = /(?:^|[\s(])((?:[A-Za-z]:)?[^\s:(),]+):(\d+)/g;
  for (const [, path = '', line] of texts.flatMap((text) => [...text.matchAll(pattern)])) {
    const file = resolve(directory, path);
    const isOurs = isInside(file, repository.root) && !file.includes('node_modules');
    if (isOurs && existsSync(file)) return placeOf(file, Number(line), repository);
  }
  return undefined;
}

/** Where the feature is made that is to blame, if that is a package of the repository. */
function findFeature(culprits: readonly string[], { packages }: Repository): Place | undefined {
  const names = namesOf(culprits);
  const found = packages.find(({ name, role }) => role !== 'backend' && names.includes(name));
  if (!found) return undefined;
  const one = new CheckedPackage(found);
  const feature = findDefault(one);
  return feature?.creation && one.inSource(feature.file, feature.creation.line);
}

/** Where the program takes the package from that is to blame. */
function findImport(culprits: readonly string[], backend: BackendPackage): Place | undefined {
  const names = namesOf(culprits);
  const checked = new CheckedPackage(backend);
  for (const file of checked.code.runtime) {
    const found = file.imports.find(
      ({ target }) => target.kind === 'package' && names.includes(target.name),
    );
    if (found) return checked.inSource(file, found.line);
  }
  return undefined;
}

/** The packages that stand before what is told of them: `@scope/name@1.2.3, src/index.ts:7`. */
function namesOf(culprits: readonly string[]): string[] {
  return culprits.flatMap((text) => /^((?:@[^/@\s]+\/)?[^@\s,]+)@/.exec(text)?.[1] ?? []);
}
