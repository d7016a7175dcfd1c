import type { Style } from '../../terminal/style.js';
import type { ConfigurationProblem } from './check-configuration.js';
import type { Configuration } from './load-configuration.js';

/** Writes what is wrong with a configuration, or that nothing is. */
export function formatProblems(
  problems: readonly ConfigurationProblem[],
  configuration: Configuration | undefined,
  style: Style,
): string {
  const from = configuration?.sources.description;
  const packages = configuration?.schema.packages.length ?? 0;
  const head = from === undefined ? [] : [style.dim(`${from}; schemas of ${packages} packages`)];
  if (problems.length === 0) return [...head, `${style.green('✓')} nothing is wrong`].join('\n');
  return [...head, ...problems.map((problem) => formatProblem(problem, style))].join('\n\n');
}

function formatProblem({ severity, code, problem, fix }: ConfigurationProblem, style: Style) {
  const mark = severity === 'error' ? style.red('✗') : style.yellow('!');
  return `${mark} ${style.bold(code)}  ${problem}\n  fix: ${fix}`;
}
