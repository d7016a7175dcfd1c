import { listAbsences, type ConfigProblem } from '@stagewire/config';
import { isExplained, toError } from '@stagewire/errors';
import { cliErrors } from '../../errors.js';
import {
  loadConfiguration,
  type Configuration,
  type ConfigurationTarget,
} from './load-configuration.js';

/** One thing that is wrong with a configuration, as plain data. */
export type ConfigurationProblem = {
  severity: 'error' | 'warning';
  /** Stable code, `E_…`. */
  code: string;
  problem: string;
  fix: string;
  /** The full key that it is about. */
  key?: string;
  /** Where that is written: `app-config.yaml:12`. */
  where?: string;
  /** The packages that say so. */
  packages: readonly string[];
};

/** A configuration with what is wrong with it; absent when it cannot be loaded at all. */
export type CheckedConfiguration = {
  configuration?: Configuration;
  problems: ConfigurationProblem[];
};

/** Loads the configuration of a backend and finds everything that is wrong with it. */
export async function checkConfiguration(
  target: ConfigurationTarget,
): Promise<CheckedConfiguration> {
  let configuration: Configuration;
  try {
    configuration = await loadConfiguration(target);
  } catch (error) {
    if (!isExplained(error) || !error.code.startsWith('E_CONFIG_')) throw error;
    return { problems: [toProblem(error)] };
  }
  const { reader, schema } = configuration;
  const absences = listAbsences(reader).map((absence) => ({
    ...toProblem(cliErrors.configAbsent(absence)),
    severity: 'warning' as const,
    key: absence.key,
  }));
  const problems = [...schema.validate(reader), ...schema.warnings].map(toPlain);
  return { configuration, problems: [...problems, ...absences].toSorted(bySeverity) };
}

function toProblem(error: unknown): ConfigurationProblem {
  const { message, code, fix } = toError(error) as Error & { code: string; fix: string };
  return { severity: 'error', code, problem: message, fix, packages: [] };
}

function toPlain({ severity, key, where, packages, error }: ConfigProblem): ConfigurationProblem {
  return {
    severity,
    code: error.code,
    problem: error.message,
    fix: error.fix,
    ...(key !== undefined && { key }),
    ...(where !== undefined && { where }),
    packages,
  };
}

const bySeverity = (one: ConfigurationProblem, other: ConfigurationProblem) =>
  Number(one.severity === 'warning') - Number(other.severity === 'warning');
