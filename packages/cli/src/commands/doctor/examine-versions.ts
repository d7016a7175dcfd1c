import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { valid } from 'semver';
import { ECOSYSTEM } from '../../repository/installed.js';
import { readManifest } from '../../repository/repository.js';
import { doctorErrors } from './errors.js';
import type { Examination } from './examination.js';
import { toFinding, type Finding } from './finding.js';

/** Whether packages that are released together are of one time. */
export function examineVersions(examination: Examination): Finding[] {
  return [
    ...examineRelease(examination),
    ...examineRanges(examination),
    ...examineStagewire(examination),
  ];
}

/** `backstage.json` names the release that upgrades begin from. */
function examineRelease({ repository, tree }: Examination): Finding[] {
  const file = join(repository.root, 'backstage.json');
  const usesStock = [...tree.packages.values()].some(({ name }) => name.startsWith('@backstage/'));
  if (!existsSync(file)) return [];
  const { version } = readManifest(file);
  if (valid(version)) return [];
  const problem = `backstage.json names no release: its version is ${JSON.stringify(version) ?? 'absent'}`;
  const severity = usesStock ? 'warning' : 'info';
  return [toFinding('versions', severity, doctorErrors.release(problem), ['backstage.json'])];
}

/** Packages of one repository that want different versions get different copies. */
function examineRanges({ repository }: Examination): Finding[] {
  const wanted = new Map<string, Map<string, string[]>>();
  for (const { name: who, manifest } of repository.packages) {
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
      if (!ECOSYSTEM.test(name)) continue;
      const ranges = wanted.get(name) ?? new Map<string, string[]>();
      wanted.set(name, ranges.set(range, [...(ranges.get(range) ?? []), who]));
    }
  }
  return [...wanted]
    .filter(([, ranges]) => ranges.size > 1)
    .map(([name, ranges]) => {
      const told = [...ranges].map(([range, who]) => `${range} (${who.join(', ')})`);
      const culprits = [...ranges.values()].flat();
      return toFinding('versions', 'warning', doctorErrors.skew(name, told), culprits);
    });
}

function examineStagewire({ tree }: Examination): Finding[] {
  const own = [...tree.packages.values()].filter(
    ({ name, isLocal }) => name.startsWith('@stagewire/') && !isLocal,
  );
  if (new Set(own.map(({ version }) => version)).size < 2) return [];
  const versions = own.map(({ name, version }) => `${name}@${version}`).toSorted();
  return [toFinding('versions', 'error', doctorErrors.stagewireSkew(versions), versions)];
}
