import { relative } from 'node:path';
import { doctorErrors, summarise } from './errors.js';
import type { Examination } from './examination.js';
import { toFinding, type Finding } from './finding.js';
import type { InstalledPackage } from './installed-tree.js';

/** Packages whose features are recognised by their shape: several copies of them are meant to work. */
const MEANT_TO_WORK = new Set(['@backstage/backend-plugin-api', '@stagewire/plugin-api']);

/** How many of those that want a copy are named. */
const MAX_OWNERS = 3;

/** Copies of packages of which a backend should have one. */
export function examineDuplicates({ tree, repository }: Examination): Finding[] {
  const byName = new Map<string, InstalledPackage[]>();
  for (const each of tree.packages.values()) {
    byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
  }
  return [...byName.values()].flatMap((copies) => {
    const [first] = copies;
    if (!first || copies.length < 2) return [];
    const verdict = judge(first);
    if (!verdict) return [];
    const told = copies.map(({ version, folder, wantedBy }) => {
      const place = relative(repository.root, folder);
      return `${version} in ${place}, wanted by ${summarise([...wantedBy], MAX_OWNERS)}`;
    });
    const error = doctorErrors.duplicate(first.name, told, verdict.consequence);
    const culprits = copies.map(({ name, version }) => `${name}@${version}`);
    return [toFinding('duplicates', verdict.severity, error, culprits)];
  });
}

type Verdict = { severity: Finding['severity']; consequence: string };

function judge({ name, manifest }: InstalledPackage): Verdict | undefined {
  if (MEANT_TO_WORK.has(name)) {
    return { severity: 'info', consequence: ': that works, and costs memory' };
  }
  if (name === '@stagewire/wiring' || name === '@stagewire/backend') {
    return {
      severity: 'warning',
      consequence: ': a backend is only as new as the copy that made it',
    };
  }
  if (manifest.backstage?.role !== 'node-library') return undefined;
  return {
    severity: 'warning',
    consequence:
      ': services that bring their own default factory exist once for each copy, and do not share what they hold',
  };
}
