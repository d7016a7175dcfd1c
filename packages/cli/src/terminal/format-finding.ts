import type { Style } from './style.js';

/** What is told of one thing that is wrong, whoever found it. */
export type ToldFinding = {
  severity: 'error' | 'warning' | 'info';
  code: string;
  problem: string;
  fix: string;
  /** Where it is: a file with its line, a backend. */
  place?: string | undefined;
  /** Who is to blame beside that. */
  culprits?: readonly string[];
};

/** Writes a finding: its severity, code and place, and below them the problem and the fix. */
export function formatFinding(finding: ToldFinding, style: Style): string {
  const { severity, code, problem, fix, place, culprits = [] } = finding;
  const told = { error: style.red, warning: style.yellow, info: style.dim }[severity](severity);
  return [
    `  ${told}  ${style.bold(code)}${place ? `  ${place}` : ''}`,
    `    ${problem.replaceAll('\n', '\n    ')}`,
    `    ${style.dim('fix:')} ${fix}`,
    ...culprits.map((culprit) => `    ${style.dim('in: ')} ${culprit}`),
  ].join('\n');
}
