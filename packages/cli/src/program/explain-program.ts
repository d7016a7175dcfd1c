import type { Diagnostic } from '@stagewire/wiring';
import type { BackendError } from '@stagewire/errors';
import { displayPath } from '../terminal/display-path.js';
import { cliErrors } from '../errors.js';
import { explainThrown } from './explain-thrown.js';
import type { PlanMessage } from './plan-messages.js';

/** What is known of a program that was run to be planned. */
export type ProgramRun = {
  program: string;
  messages: PlanMessage[];
  output: string;
  errorOutput: string;
  /** How long it was allowed to take; milliseconds. */
  limit: number;
  /** Set when it took longer. */
  isOverdue?: boolean;
};

/** Why a program did not get as far as a plan of each of its backends; empty when it did. */
export function explainProgram(run: ProgramRun, cwd: string): Diagnostic[] {
  const { messages, isOverdue, errorOutput } = run;
  const told = readTold(errorOutput);
  const ended = find(messages, 'ended');
  const thrown = messages.filter((each) => each.type === 'threw');
  // A program that failed may go on for ever: what it threw is the reason.
  if (thrown.length > 0) return thrown.map(({ error }) => explainThrown(error, cwd));
  const isPlanned = messages.some(({ type }) => type === 'planned');
  if (isPlanned && (isOverdue || ended === undefined || !ended.isPlanning)) return [];
  if (told.length > 0) return told;
  const place = displayPath(run.program, cwd);
  if (isOverdue) return [toDiagnostic(cliErrors.programHangs(place, run.limit), [place])];
  return [toDiagnostic(toError(run, place, ended), [place])];
}

function toError(
  { messages, errorOutput }: ProgramRun,
  place: string,
  ended: (PlanMessage & { type: 'ended' }) | undefined,
): BackendError {
  if (ended === undefined) return cliErrors.programDied(place, lastLine(errorOutput));
  if (ended.isPlanning) return cliErrors.programPlanless(place);
  if (find(messages, 'listens')) return cliErrors.programForeign(place);
  return ended.exitCode === 0
    ? cliErrors.programNoStart(place)
    : cliErrors.programExited(place, ended.exitCode, lastLine(errorOutput));
}

/** What the wiring printed on its way out, such as what a start waited for. */
function readTold(text: string): Diagnostic[] {
  const blocks = text.matchAll(
    /^(E_[A-Z0-9_]+) {2}([^]+?)\n {2}fix: (.+)((?:\n {2}in: {2}.+)*)$/gm,
  );
  return Array.from(blocks, ([, code = '', problem = '', fix = '', places = '']) => ({
    severity: 'error' as const,
    code,
    problem,
    fix,
    culprits: Array.from(places.matchAll(/^ {2}in: {2}(.+)$/gm), ([, place = '']) => place),
  }));
}

function toDiagnostic({ code, message, fix }: BackendError, culprits: string[]): Diagnostic {
  return { severity: 'error', code, problem: message, fix, culprits };
}

function find<T extends PlanMessage['type']>(messages: PlanMessage[], type: T) {
  return messages.find((each): each is PlanMessage & { type: T } => each.type === type);
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}
