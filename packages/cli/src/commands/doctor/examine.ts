import { examineBackends } from './examine-backends.js';
import { examineConfigurations } from './examine-configuration.js';
import { examineDuplicates } from './examine-duplicates.js';
import { examineInstall } from './examine-install.js';
import { examineNetwork } from './examine-network.js';
import { examineVersions } from './examine-versions.js';
import type { Examination } from './examination.js';
import type { Finding } from './finding.js';

/** Looks at everything; the findings are in the order of the areas. */
export async function examine(examination: Examination): Promise<Finding[]> {
  const { findings: configuration, configurations } = await examineConfigurations(examination);
  const backends = await examineBackends(examination);
  return [
    ...(await examineInstall(examination)),
    ...examineVersions(examination),
    ...examineDuplicates(examination),
    ...configuration,
    ...leaveOutTold(backends, configuration),
    ...(await examineNetwork(examination, configurations)),
  ];
}

/** A plan tells what is wrong with the configuration, too. */
function leaveOutTold(findings: readonly Finding[], told: readonly Finding[]): Finding[] {
  const known = new Set(told.map(toKey));
  return findings.filter((finding) => !known.has(toKey(finding)));
}

const toKey = ({ code, problem }: Finding) => `${code} ${problem}`;
