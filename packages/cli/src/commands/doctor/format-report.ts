import { counted } from '../../terminal/counted.js';
import { formatFinding } from '../../terminal/format-finding.js';
import type { Style } from '../../terminal/style.js';
import type { Examination } from './examination.js';
import { AREAS, type Area, type Finding } from './finding.js';

/** Writes what was found: a line for each area, and below it what is to be mended. */
export function formatReport(findings: readonly Finding[], examination: Examination): string {
  const { style } = examination.context;
  const blocks = AREAS.map((area) =>
    formatArea(
      area,
      findings.filter((each) => each.area === area),
      examination,
    ),
  );
  return [blocks.join('\n'), summarise(findings, style)].join('\n\n');
}

function formatArea(area: Area, findings: readonly Finding[], examination: Examination): string {
  const { style } = examination.context;
  const isSkipped = area === 'network' && !examination.options.connect;
  const sign = isSkipped ? style.dim('–') : mark(findings, style);
  const head = `${sign} ${style.bold(area.padEnd(WIDTH))}  ${describe(area, examination)}`;
  return [
    head,
    ...findings.map((each) => formatFinding({ ...each, place: each.backend }, style)),
  ].join('\n');
}

const WIDTH = Math.max(...AREAS.map((area) => area.length));

function mark(findings: readonly Finding[], style: Style): string {
  if (findings.some(({ severity }) => severity === 'error')) return style.red('✗');
  if (findings.some(({ severity }) => severity === 'warning')) return style.yellow('!');
  return style.green('✓');
}

/** What was looked at. */
function describe(area: Area, { tree, packageManager, backends, options }: Examination): string {
  const names = backends.map(({ name }) => name).join(', ');
  if (area === 'install') {
    return `Node ${process.versions.node}, ${packageManager}, ${tree.packages.size} packages`;
  }
  if (area === 'versions') return describeVersions(tree);
  if (area === 'duplicates') return 'packages that a backend should have once';
  if (area === 'configuration') return `of ${names}`;
  if (area === 'backends') return `the plan of ${names}`;
  return options.connect ? 'databases and caches' : 'not tried without --connect';
}

function describeVersions({ packages }: Examination['tree']): string {
  const of = (scope: string) =>
    [...packages.values()].filter(({ name }) => name.startsWith(`${scope}/`)).length;
  return `${of('@stagewire')} packages of @stagewire, ${of('@backstage')} of @backstage`;
}

function summarise(findings: readonly Finding[], style: Style): string {
  const count = (severity: Finding['severity']) => {
    const number = findings.filter((each) => each.severity === severity).length;
    return number === 0 ? [] : [counted(number, severity)];
  };
  const counts = [...count('error'), ...count('warning')];
  if (counts.length === 0) return style.green('nothing keeps a backend from starting');
  const isFailed = findings.some(({ severity }) => severity === 'error');
  return (isFailed ? style.red : style.yellow)(counts.join(', '));
}
