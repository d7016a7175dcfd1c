import type { BackendError } from '@stagewire/errors';

/** How bad it is: an `error` has to be mended, a `warning` should be. */
export type Severity = 'error' | 'warning';

/** One thing that is wrong with a repository, and where. */
export type Finding = {
  severity: Severity;
  /** Stable code, `E_…`. */
  code: string;
  problem: string;
  fix: string;
  /** Relative to the root of the repository, with slashes. */
  file: string;
  /** Counted from 1; 0 when it is about the file as a whole. */
  line: number;
  /** The package that the file is in; empty for a file of the repository itself. */
  package: string;
};

/** A place in a repository. */
export type Place = Pick<Finding, 'file' | 'line' | 'package'>;

/** Makes the finding of an error that has to be mended. */
export function toError(place: Place, { code, message, fix }: BackendError): Finding {
  return toFinding('error', place, { code, message, fix });
}

/** Makes the finding of something that works, and should be mended all the same. */
export function toWarning(place: Place, { code, message, fix }: BackendError): Finding {
  return toFinding('warning', place, { code, message, fix });
}

/** Makes a finding of a severity that is found out. */
export function toFinding(
  severity: Severity,
  { file, line, package: owner }: Place,
  { code, message, fix }: Pick<BackendError, 'code' | 'message' | 'fix'>,
): Finding {
  return { severity, code, problem: message, fix, file, line, package: owner };
}
