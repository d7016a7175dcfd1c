import { isExplained } from '@stagewire/errors';
import { formatOrigin, type Origin } from './origin.js';
import { readFrames } from './stack-frames.js';

/** One thing that is wrong with a backend, as plain data. @public */
export type Diagnostic = {
  /** An `error` keeps the backend from starting unless it is permitted; a `warning` goes no further. */
  severity: 'error' | 'warning';
  /** Policy lets the backend start without the plugin or module that this error belongs to. */
  permitted?: true;
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
  /** Where it was thrown, innermost first; absent for errors that tell their own fix. */
  thrownAt?: string[];
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

/**
 * Makes a finding of an error; one without a code is told with the fallback.
 *
 * @remarks Of services and loaders that failed for each other, the innermost is told: it has the fix.
 */
export function toFinding(
  error: Error,
  blame: Blame = {},
  fallback: { code: string; fix: string } = UNEXPLAINED,
): Finding {
  const told = findTold(error);
  const { code, fix } = isExplained(told) ? told : fallback;
  const thrownAt = readFrames(isExplained(told) ? findSlip(told) : told);
  return {
    severity: blame.severity ?? 'error',
    code,
    problem: told.message,
    fix,
    ...(blame.pluginId !== undefined && { pluginId: blame.pluginId }),
    ...(blame.moduleId !== undefined && { moduleId: blame.moduleId }),
    culprits: [...new Set((blame.origins ?? []).map(formatOrigin))],
    ...(thrownAt.length > 0 && { thrownAt }),
    error,
  };
}

/** One finding of an error, or several of one that tells several problems, as a refused configuration does. */
export function toFindings(error: Error, blame?: Blame): Finding[] {
  return partsOf(error).map((part) => toFinding(part, blame));
}

function partsOf(error: Error): Error[] {
  const { errors } = findTold(error) as { errors?: unknown };
  if (!Array.isArray(errors) || errors.length === 0) return [error];
  return errors.every((each) => each instanceof Error && isExplained(each)) ? errors : [error];
}

/** The innermost error that tells its own fix, behind those that only pass a failure on. */
function findTold(error: Error): Error {
  let told = error;
  while (isPassingOn(told) && isExplained(told.cause)) told = told.cause;
  return told;
}

/** The slip in somebody's code that an error passes on. */
const findSlip = (error: Error): unknown => (isPassingOn(error) ? error.cause : undefined);

const isPassingOn = (error: Error) => isExplained(error) && PASSING_ON.has(error.code);

const PASSING_ON = new Set([
  'E_SERVICE_FAILED',
  'E_SERVICE_DEFAULT_FACTORY',
  'E_LOADER_FAILED',
  'E_DECORATOR_FAILED',
]);

const UNEXPLAINED = {
  code: 'E_STARTUP_ERROR',
  fix: 'look at the place where it was thrown; what it says is all that is known',
};

/** A finding without its error: plain data. */
export function toDiagnostic({ error, ...diagnostic }: Finding): Diagnostic {
  return diagnostic;
}

/** Writes a diagnostic for a person: code and problem, the fix, the culprits, where it was thrown. @public */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { code, problem, fix, culprits, thrownAt = [] } = diagnostic;
  return [
    `${code}  ${problem}`,
    `  fix: ${fix}`,
    ...culprits.map((culprit) => `  in:  ${culprit}`),
    ...thrownAt.map((place) => `  at:  ${place}`),
  ].join('\n');
}
