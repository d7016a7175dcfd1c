import { counted } from '../../terminal/counted.js';
import { formatFinding } from '../../terminal/format-finding.js';
import type { Style } from '../../terminal/style.js';
import type { Finding } from '../../rules/finding.js';

/** What a check came to, for programs, too. */
export type CheckOutcome = {
  findings: Finding[];
  counts: { errors: number; warnings: number; packages: number; files: number };
  /** The areas that could not be looked at, since nothing is installed. */
  skipped: string[];
};

/** Writes what was found for a person, package by package; the last line counts it. */
export function formatFindings(outcome: CheckOutcome, style: Style): string {
  const groups = new Map<string, Finding[]>();
  for (const finding of outcome.findings) {
    groups.set(finding.package, [...(groups.get(finding.package) ?? []), finding]);
  }
  const blocks = [...groups].map(([name, findings]) =>
    [
      style.bold(name || 'the repository'),
      ...findings.map((each) => formatFinding({ ...each, place: toPlace(each) }, style)),
    ].join('\n'),
  );
  return [...blocks, ...toNotes(outcome), toSummary(outcome, style)].join('\n\n');
}

const toPlace = ({ file, line }: Pick<Finding, 'file' | 'line'>) =>
  line > 0 ? `${file}:${line}` : file;

function toNotes({ skipped }: CheckOutcome): string[] {
  if (skipped.length === 0) return [];
  return [`Not looked at, since nothing is installed: ${skipped.join(', ')}.`];
}

function toSummary({ counts }: CheckOutcome, style: Style): string {
  const { errors, warnings, packages, files } = counts;
  const where = `${counted(packages, 'package')}, ${counted(files, 'file')}`;
  if (errors + warnings === 0) return style.green(`nothing is wrong: ${where}`);
  const found = `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
  return (errors > 0 ? style.red : style.yellow)(`${found} in ${where}`);
}

/** Writes what was found as commands of a GitHub workflow, which shows them beside the code. */
export function formatForGithub(outcome: CheckOutcome): string {
  const lines = outcome.findings.map(({ severity, code, problem, fix, file, line }) => {
    const place = Object.entries({ file, line: line || 1, title: code })
      .map(([key, value]) => `${key}=${escapeProperty(String(value))}`)
      .join(',');
    return `::${severity} ${place}::${escapeData(`${problem}\nfix: ${fix}`)}`;
  });
  const { errors, warnings, packages, files } = outcome.counts;
  const summary = `${counted(errors, 'error')}, ${counted(warnings, 'warning')} in ${counted(packages, 'package')}, ${counted(files, 'file')}`;
  return [...lines, summary].join('\n');
}

const escapeData = (text: string) =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string) =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
