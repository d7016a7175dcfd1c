import { formatDiagnostic, type Diagnostic } from '@stagewire/wiring';
import { explainThrown } from '../../program/explain-thrown.js';
import type { Style } from '../../terminal/style.js';
import type { ReplaceOutcome, ToldReplacement } from './dev-messages.js';

/** What is told of a save, and what is to be done about it. */
export type OutcomeReport = {
  text: string;
  /** Set when only a restart brings in what was saved, and a restart would do. */
  restart?: true;
};

/**
 * Tells what came of a save: one line, and below it what is wrong.
 *
 * @param saved - what was saved, for a person
 * @param milliseconds - how long it took since then
 */
export function describeOutcome(
  outcome: ReplaceOutcome,
  saved: string,
  milliseconds: number,
  style: Style,
): OutcomeReport {
  const where = style.dim(`(${saved})`);
  if (outcome.type === 'unused') return { text: style.dim(`nothing that runs uses ${saved}`) };
  if (outcome.type === 'unloadable') {
    const line = `${style.red('not loaded')}: what ran before goes on ${where}`;
    return { text: withDiagnostics(line, [outcome.diagnostic]) };
  }
  const all = merge(outcome.replacements);
  const fatal = all.diagnostics.filter(isFatal);
  const { kept, failed, restartNeeded = [] } = all;
  if (restartNeeded.length > 0 && fatal.length === 0) {
    const text = `restarting, as it changed: ${restartNeeded.join(', ')} ${where}`;
    return { text, restart: true };
  }
  const line = describeDone(all, style);
  if (line === undefined && fatal.length > 0) {
    const refusal = `${style.red('not taken on')}: it would not start; what ran before goes on ${where}`;
    return { text: withDiagnostics(refusal, fatal) };
  }
  if (line === undefined) return { text: `${style.dim('no plugin is another now')} ${where}` };
  // What policy permits to be wrong was told at the start.
  const wrong = [...kept, ...failed].flatMap(({ diagnostics }) => diagnostics).concat(fatal);
  const took = style.dim(`in ${Math.round(milliseconds)} ms`);
  return { text: withDiagnostics(`${line} ${took} ${where}`, wrong) };
}

/** What became of plugins, in words; undefined when they are as they were. */
function describeDone(
  { replaced, started, stopped, kept, failed }: ToldReplacement,
  { green, red }: Style,
): string | undefined {
  const anew = kept.filter(({ startedAnew }) => startedAnew);
  const untouched = kept.filter(({ startedAnew }) => !startedAnew);
  const parts = [
    ...toWords('replaced', replaced).map(green),
    ...toWords('started', started).map(green),
    ...toWords('stopped', stopped).map(green),
    ...toWords('kept as before:', untouched.map(toId)).map(red),
    ...toWords('started anew as before:', anew.map(toId)).map(red),
    ...toWords('no longer running:', failed.map(toId)).map(red),
  ];
  return parts.length > 0 ? parts.join(', ') : undefined;
}

function toWords(verb: string, pluginIds: string[]): string[] {
  return pluginIds.length > 0 ? [`${verb} ${pluginIds.join(', ')}`] : [];
}

const toId = ({ pluginId }: { pluginId: string }) => pluginId;

const isFatal = ({ severity, permitted }: Diagnostic) => severity === 'error' && !permitted;

function withDiagnostics(line: string, diagnostics: readonly Diagnostic[]): string {
  const texts = new Set(diagnostics.map(toPlain).map(formatDiagnostic));
  return [line, ...[...texts].map(indent)].join('\n');
}

/** Of a module that cannot be loaded, the line that is wrong matters, and not who read it. */
function toPlain(diagnostic: Diagnostic): Diagnostic {
  if (diagnostic.code !== 'E_FEATURE_IMPORT') return diagnostic;
  const { code, problem: message, culprits } = diagnostic;
  const explained = explainThrown({ name: 'SyntaxError', message, stack: '' }, process.cwd());
  if (explained.culprits.length === 0) return diagnostic;
  const { problem, fix, severity } = explained;
  return { severity, code, problem, fix, culprits: [...explained.culprits, ...culprits] };
}

const indent = (text: string) => text.replaceAll(/^/gm, '  ');

/** Programs with several backends have a replacement for each. */
function merge(replacements: readonly ToldReplacement[]): ToldReplacement {
  const all = <T>(pick: (each: ToldReplacement) => T[]) => replacements.flatMap(pick);
  const restartNeeded = all((each) => each.restartNeeded ?? []);
  return {
    started: all(({ started }) => started),
    replaced: all(({ replaced }) => replaced),
    stopped: all(({ stopped }) => stopped),
    kept: all(({ kept }) => kept),
    failed: all(({ failed }) => failed),
    diagnostics: all(({ diagnostics }) => diagnostics),
    ...(restartNeeded.length > 0 && { restartNeeded }),
  };
}
