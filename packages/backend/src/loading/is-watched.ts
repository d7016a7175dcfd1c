import { isMainThread } from 'node:worker_threads';
import { loader } from './module-internals.js';

/** Environment in which somebody else has to see every module, or wants them as they are. */
const WATCHING_VARIABLES = [
  'NODE_DISABLE_COMPILE_CACHE',
  'NODE_TEST_CONTEXT',
  'NODE_V8_COVERAGE',
  'WATCH_REPORT_DEPENDENCIES',
];
/** Options by which something else sees or makes what is loaded, or measures the process. */
const WATCHING_OPTIONS =
  /(^|[\s"'])(-r|--require|--import|--(experimental-)?loader|--inspect\S*|--(cpu-|heap-)?prof|--perf-\S+|--test)(=|["'\s]|$)/;
/** On globalThis once OpenTelemetry or a tracer is there, which wrap packages as they are loaded. */
const TRACERS = ['opentelemetry.js.api.1', 'dd-trace'].map((name) => Symbol.for(name));
/** What tracers and compilers get at modules with; loaded before us, they are in use. */
const WRAPPERS =
  /[\\/]node_modules[\\/](require-in-the-middle|import-in-the-middle|diagnostic-channel|pirates|newrelic|dd-trace|elastic-apm-node)[\\/]/;

/**
 * Whether something else in this process has to see packages as they are: a test, a loader, a
 * debugger, a profiler or a tracer. It is so in threads, too, whose modules nobody waits for.
 */
export function isWatched(): boolean {
  return (
    !isMainThread ||
    isStartedWatched(process) ||
    TRACERS.some((name) => name in globalThis) ||
    Object.keys(loader._cache).some(isWrapper)
  );
}

/** The part of it that was said when the process was started. */
export function isStartedWatched({
  env,
  execArgv,
}: Pick<NodeJS.Process, 'env' | 'execArgv'>): boolean {
  return (
    env['NODE_ENV'] === 'test' ||
    WATCHING_VARIABLES.some((name) => env[name]) ||
    WATCHING_OPTIONS.test([env['NODE_OPTIONS'], ...execArgv].join(' '))
  );
}

/** Whether a file belongs to a package that gets at modules as they are loaded. */
export const isWrapper = (path: string): boolean => WRAPPERS.test(path);
