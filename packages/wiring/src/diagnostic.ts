import { isExplained } from '@stagewire/errors';
import { formatOrigin, type Origin } from './origin.js';

/** One thing that is wrong with a backend, as plain data. @public */
export type Diagnostic = {
  /** An `error` keeps the backend from starting; a `warning` is told and goes no further. */
  severity: 'error' | 'warning';
  /** Stable code, `E_…`. */
  code: string;
  problem: string;
  fix: string;
  /** The plugin that it belongs to; absent for what belongs to the backend as a whole. */
  pluginId?: string;
  /** The module of that plugin that it belongs to. */
  moduleId?: string;
  /** Who is to blame, as text: package and version, file and line. */
  culprits: string[];
};

/** A diagnostic together with the error that says it. */
export type Finding = Diagnostic & { error: Error };

/** Who a finding belongs to. */
export type Blame = {
  pluginId?: string;
  moduleId?: string;
  origins?: Origin[];
  severity?: Diagnostic['severity'];
};

/** Makes a finding of an error; one without a code is told with the fallback. */
export function toFinding(
  error: Error,
  blame: Blame = {},
  fallback: { code: string; fix: string } = UNEXPLAINED,
): Finding {
  const { code, fix } = isExplained(error) ? error : fallback;
  return {
    severity: blame.severity ?? 'error',
    code,
    problem: error.message,
    fix,
    ...(blame.pluginId !== undefined && { pluginId: blame.pluginId }),
    ...(blame.moduleId !== undefined && { moduleId: blame.moduleId }),
    culprits: [...new Set((blame.origins ?? []).map(formatOrigin))],
    error,
  };
}

const UNEXPLAINED = {
  code: 'E_STARTUP_ERROR',
  fix: 'read the error and its stack: it was thrown by the code named there',
};

/** A finding without its error: plain data. */
export function toDiagnostic({ error, ...diagnostic }: Finding): Diagnostic {
  return diagnostic;
}

/** Writes a diagnostic for a person: code and problem, then the fix, then the culprits. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { code, problem, fix, culprits } = diagnostic;
  return [
    `${code}  ${problem}`,
    `  fix: ${fix}`,
    ...culprits.map((culprit) => `  in:  ${culprit}`),
  ].join('\n');
}
