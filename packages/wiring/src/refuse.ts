import { BackendError } from '@stagewire/errors';
import { toDiagnostic, type Diagnostic, type Finding } from './diagnostic.js';
import { errorText } from './errors.js';
import type { StartupPolicy } from './policy.js';
import { BackendStartupError, ResultCollector } from './startup-result.js';

const diagnosticsByError = new WeakMap<object, Diagnostic[]>();

/**
 * What was wrong with a backend whose start was refused, by the error that `start()` rejected with.
 *
 * @returns an empty array for errors of other origin
 * @public
 */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  return (typeof error === 'object' && error && diagnosticsByError.get(error)) || [];
}

/** Remembers what an error that `start()` rejects with is made of. */
export function noteDiagnostics(error: Error, diagnostics: readonly Diagnostic[]): void {
  diagnosticsByError.set(error, [...diagnostics]);
}

/**
 * Refuses a start for everything that is wrong and not permitted, at once.
 *
 * @remarks
 * One problem of the backend as a whole is thrown as the error that it is; problems that belong to
 * plugins and modules alone are thrown as the ecosystem's startup error; a mixture tells them all.
 *
 * @throws the error for all findings that policy does not permit
 */
export function refuseProblems(findings: Finding[], policy: StartupPolicy): void {
  const blocking = findings.filter((finding) => !isPermitted(finding, policy));
  if (blocking.length === 0) return;
  const error = toRefusal(blocking, findings, policy);
  noteDiagnostics(error, blocking.map(toDiagnostic));
  throw error;
}

/** Whether a backend starts although there is this finding. */
export function isPermitted(finding: Diagnostic, policy: StartupPolicy): boolean {
  const { code, severity, pluginId, moduleId } = finding;
  if (code === 'E_MODULE_ORPHAN') return policy.permitsOrphans;
  if (severity === 'warning') return true;
  if (pluginId === undefined) return false;
  return moduleId === undefined
    ? policy.permitsPlugin(pluginId)
    : policy.permitsModule(pluginId, moduleId);
}

function toRefusal(blocking: Finding[], findings: Finding[], policy: StartupPolicy): Error {
  const whole = blocking.filter(({ pluginId }) => pluginId === undefined);
  if (whole.length === 0) return new BackendStartupError(toResult(findings, policy));
  if (blocking.length === 1) return whole[0]!.error;
  return new BackendRefusedError(blocking.map(({ error }) => error));
}

function toResult(findings: Finding[], policy: StartupPolicy) {
  const results = new ResultCollector({
    ...policy,
    // An orphan that may not be there is a failure, whatever its own policy says.
    permitsModule: (pluginId, moduleId) =>
      policy.permitsModule(pluginId, moduleId) &&
      !findings.some(
        (finding) =>
          finding.code === 'E_MODULE_ORPHAN' &&
          finding.pluginId === pluginId &&
          finding.moduleId === moduleId,
      ),
  });
  for (const { pluginId, moduleId, error, code, severity } of findings) {
    if (pluginId === undefined) continue;
    if (severity === 'warning' && !(code === 'E_MODULE_ORPHAN' && !policy.permitsOrphans)) continue;
    if (moduleId === undefined) results.plugin(pluginId, error);
    else {
      results.module(pluginId, moduleId, error);
      results.plugin(pluginId);
    }
  }
  return results.finish();
}

/** Several things are wrong with the backend as a whole; all of them are told. @public */
export class BackendRefusedError extends BackendError {
  override readonly name = 'BackendRefusedError';

  constructor(
    /** Each problem as the error that it would have been alone. */
    readonly errors: readonly Error[],
  ) {
    super(
      'E_STARTUP_REFUSED',
      [
        `Backend startup refused because of ${errors.length} problems:`,
        ...errors.map(errorText),
      ].join('\n  '),
      'mend each of them; every one tells its own fix',
    );
  }
}
