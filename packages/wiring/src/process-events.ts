import { toError } from '@stagewire/errors';
import type { LoggerService } from '@stagewire/plugin-api';
import { formatDiagnostic, toFindings, type Diagnostic } from './diagnostic.js';
import { wiringErrors } from './errors.js';
import { diagnosticsOf } from './refuse.js';

/** A backend as the process sees it. */
export type LiveBackend = {
  stop(): Promise<void>;
  /** What a start in progress waits for; undefined when nothing is starting. */
  describeStart(): string[] | undefined;
};

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** How long a failed backend may take to stop before the process ends without it; milliseconds. */
const FAILED_STOP_LIMIT = 10_000;

/** How long a process that is told to stop waits for a start in progress; milliseconds. */
const START_WAIT_LIMIT = 5_000;

const live = new Set<LiveBackend>();
let stopping = 0;

/**
 * Lets signals and the end of the event loop stop a backend; all backends of a process share the
 * listeners, and the last one to stop takes them away.
 *
 * @returns a function that runs a stop: from its beginning on the backend is no longer live
 */
export function enlist(backend: LiveBackend): (stop: () => Promise<void>) => Promise<void> {
  if (live.size === 0 && stopping === 0) listen();
  live.add(backend);
  return async (stop) => {
    live.delete(backend);
    stopping++;
    try {
      await stop();
    } finally {
      stopping--;
      if (live.size === 0 && stopping === 0) unlisten();
    }
  };
}

function listen(): void {
  for (const signal of SIGNALS) process.on(signal, stopProcess);
  process.on('beforeExit', onBeforeExit);
}

function unlisten(): void {
  for (const signal of SIGNALS) process.off(signal, stopProcess);
  process.off('beforeExit', onBeforeExit);
}

async function stopProcess(): Promise<void> {
  limitWaitForStart([...live]);
  const errors = await stopTogether(live);
  // A program that set an exit code of its own has failed, however well it stops.
  process.exit(errors.size > 0 ? 1 : (process.exitCode ?? 0));
}

/** A stop waits for a start in progress; one that never ends must not keep the process. */
function limitWaitForStart(backends: LiveBackend[]): void {
  if (backends.every((backend) => !backend.describeStart())) return;
  setTimeout(() => {
    const waiting = backends.flatMap((backend) => backend.describeStart() ?? []);
    if (waiting.length === 0) return;
    console.error(formatStartFailure(wiringErrors.startupInterrupted(waiting)));
    process.exit(1);
  }, START_WAIT_LIMIT);
}

/** Stops backends side by side and tells what each throws. @returns what was thrown */
async function stopTogether(
  backends: Iterable<{ stop(): Promise<void> }>,
): Promise<ReadonlySet<unknown>> {
  const outcomes = await Promise.allSettled([...backends].map((backend) => backend.stop()));
  const errors = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  );
  // A backend that is there twice shares one stop, and so one error.
  const distinct = new Set<unknown>(errors);
  for (const error of distinct) console.error(error);
  return distinct;
}

/** Nothing is left to do: either all is well and it is time to stop, or a start waits for nothing. */
function onBeforeExit(): void {
  const stalled = [...live].flatMap((backend) => backend.describeStart() ?? []);
  if (stalled.length > 0) {
    console.error(formatStartFailure(wiringErrors.startupStalled(stalled)));
    process.exit(1);
  }
  void stopProcess();
}

/** What the handlers of unhandled failures need to know of the backend that installs them. */
export type FailureContext = {
  /** The root logger, once there is one. */
  logger(): LoggerService | undefined;
  /** Whether an error is the one that `start()` of this backend rejected with. */
  isStartFailure(error: unknown): boolean;
  stop(): Promise<void>;
};

const handling = new Set<FailureContext>();

/** When whoever read our output is gone, telling it so would fail the same way, without end. */
const OUTPUTS = [process.stdout, process.stderr];
const ignore = () => {};

/**
 * Logs rejections and exceptions that nobody handles, which keeps one plugin's slip from ending the
 * process; a failed start that nobody handles ends it, told in full.
 *
 * @returns a function that takes the handlers away
 */
export function handleFailures(context: FailureContext): () => void {
  const onRejection = (error: unknown) =>
    onFailure(error, context, 'unhandledRejection', 'Unhandled rejection');
  const onException = (error: unknown) =>
    onFailure(error, context, 'uncaughtException', 'Uncaught exception');
  if (handling.size === 0) for (const output of OUTPUTS) output.on('error', ignore);
  handling.add(context);
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  return () => {
    handling.delete(context);
    if (handling.size === 0) for (const output of OUTPUTS) output.off('error', ignore);
    process.off('unhandledRejection', onRejection);
    process.off('uncaughtException', onException);
  };
}

function onFailure(error: unknown, context: FailureContext, type: string, message: string): void {
  const failed = [...handling].find(({ isStartFailure }) => isStartFailure(error));
  if (failed) {
    if (failed === context) void endFailedStart(error, context);
    return;
  }
  const logger = context.logger();
  if (logger) {
    logger.child({ type }).error(message, error as Error);
  } else {
    // Nobody to tell it to yet: end as Node would have without these handlers.
    console.error(error);
    process.exit(1);
  }
}

async function endFailedStart(error: unknown, context: FailureContext): Promise<void> {
  console.error(formatStartFailure(error));
  const limit = setTimeout(() => process.exit(1), FAILED_STOP_LIMIT);
  await stopTogether([context, ...live]);
  clearTimeout(limit);
  process.exit(1);
}

/** Writes why a start failed, for a terminal: every problem with its code, fix and culprit. @public */
export function formatStartFailure(error: unknown): string {
  const known = diagnosticsOf(error);
  const diagnostics = mergeAlike(known.length > 0 ? known : toFindings(toError(error)));
  const count = diagnostics.length === 1 ? '1 problem' : `${diagnostics.length} problems`;
  return [`The backend did not start: ${count}.`, ...diagnostics.map(formatDiagnostic)].join(
    '\n\n',
  );
}

/** What several plugins fail with alike is one problem, of them all. */
function mergeAlike(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  // First to the letter, then but for the plugin that each one names.
  const merged = mergeBy(toText, diagnostics);
  return mergeBy((each) => toText(each).replaceAll(`'${each.pluginId}'`, "''"), merged);
}

const toText = ({ code, problem, fix }: Diagnostic) => [code, problem, fix].join('\n');

function mergeBy(
  toKey: (diagnostic: Diagnostic) => string,
  diagnostics: readonly Diagnostic[],
): Diagnostic[] {
  const merged = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const key = toKey(diagnostic);
    const first = merged.get(key);
    merged.set(key, {
      ...(first ?? diagnostic),
      culprits: [...new Set([...(first?.culprits ?? []), ...diagnostic.culprits])],
    });
  }
  return [...merged.values()];
}
