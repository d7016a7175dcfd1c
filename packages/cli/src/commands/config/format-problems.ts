import { formatFinding } from '../../terminal/format-finding.js';
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
  if (problems.length === 0) return [...head, style.green('nothing is wrong')].join('\n\n');
  return [
    ...head,
    ...problems.map((each) => formatFinding({ ...each, place: each.where }, style)),
  ].join('\n\n');
}
