import { toProgramArguments } from '../../program/select-backends.js';
import { checkConfiguration } from '../config/check-configuration.js';
import type { Configuration } from '../config/load-configuration.js';
import type { Examination } from './examination.js';
import { examineSettings } from './examine-settings.js';
import { toFinding, type Finding } from './finding.js';

/** What was found in the configurations of all backends. */
export type ExaminedConfigurations = {
  findings: Finding[];
  /** Those that could be loaded. */
  configurations: Configuration[];
};

/** Holds the configuration of each backend to the schemas, and to what the services do with it. */
export async function examineConfigurations(
  examination: Examination,
): Promise<ExaminedConfigurations> {
  const { backends, options, context } = examination;
  const findings: Finding[] = [];
  const configurations: Configuration[] = [];
  for (const backend of backends) {
    const args = toProgramArguments(backend, options.config, context.cwd);
    const { directory: cwd, program, name } = backend;
    const { configuration, problems } = await context.progress.during(
      `reading the configuration of ${name}`,
      () => checkConfiguration({ args, cwd, env: context.env, program }),
    );
    const told = problems.map(({ severity, code, problem, fix, where, packages }) =>
      toFinding('configuration', severity, { code, message: problem, fix }, [where, ...packages]),
    );
    const settings = configuration ? examineSettings(configuration.reader, cwd) : [];
    findings.push(...[...told, ...settings].map((each) => ({ ...each, backend: name })));
    if (configuration) configurations.push(configuration);
  }
  return { findings: mergeBackends(findings), configurations };
}

/** What several backends share is told once. */
function mergeBackends(findings: readonly Finding[]): Finding[] {
  const merged = new Map<string, Finding>();
  for (const { backend = '', ...finding } of findings) {
    const key = JSON.stringify(finding);
    const known = merged.get(key)?.backend;
    const names = known === undefined ? [backend] : [...new Set([...known.split(', '), backend])];
    merged.set(key, { ...finding, backend: names.join(', ') });
  }
  return [...merged.values()];
}
