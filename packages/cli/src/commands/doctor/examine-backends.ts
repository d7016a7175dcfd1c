import type { Diagnostic } from '@stagewire/wiring';
import { planProgram } from '../../program/plan-program.js';
import { toProgramArguments } from '../../program/select-backends.js';
import type { Examination } from './examination.js';
import { toFinding, type Finding } from './finding.js';

/** Runs the program of each backend as far as its plan. */
export async function examineBackends(examination: Examination): Promise<Finding[]> {
  const { backends, options, context } = examination;
  const findings: Finding[] = [];
  for (const backend of backends) {
    const { name, program, directory: cwd } = backend;
    const args = toProgramArguments(backend, options.config, context.cwd);
    const { plans, problems } = await context.progress.during(`planning ${name}`, () =>
      planProgram(program, context, { args, cwd }),
    );
    findings.push(...problems.map((problem) => toPlanFinding(problem, name)));
    for (const [index, { diagnostics }] of plans.entries()) {
      const title = plans.length > 1 ? `${name} #${index + 1}` : name;
      findings.push(...diagnostics.map((diagnostic) => toPlanFinding(diagnostic, title)));
    }
  }
  return findings;
}

function toPlanFinding(diagnostic: Diagnostic, backend: string): Finding {
  const { severity, permitted, code, problem, fix, culprits, thrownAt = [] } = diagnostic;
  // What policy permits does not keep the backend from starting.
  const told = permitted ? 'warning' : severity;
  const error = { code, message: problem, fix };
  return { ...toFinding('backends', told, error, [...culprits, ...thrownAt]), backend };
}
