/** What time is spent on, in the order of the bars: `{ name, part }`, `part` being a short id. */
export const requestParts = {
  framework: 'HTTP framework',
  log: 'access log',
  auth: 'authentication',
  nodeHttp: 'Node: HTTP, sockets, streams',
  native: 'native code, system calls',
  garbage: 'garbage collection',
  rest: 'everything else',
};

/** As {@link requestParts}, of a start. */
export const startParts = {
  framework: 'backend packages',
  packages: 'other packages',
  modules: 'Node: finding and compiling modules',
  nodeOther: 'Node: everything else',
  native: 'native code, system calls',
  garbage: 'garbage collection',
  rest: 'everything else',
};

/**
 * What a place in the code belongs to while requests are answered.
 *
 * @param frame - `{ functionName, url }` of a CPU profile
 * @returns key of {@link requestParts}; undefined of what no request takes
 */
export function requestPartOf({ functionName, url }) {
  const machine = machinePartOf({ functionName, url });
  if (machine !== 'other') return machine;
  if (url.startsWith('node:')) return isNodeHttp(url) ? 'nodeHttp' : 'rest';
  if (AUTH.test(url)) return 'auth';
  if (LOG.test(url) || LOG_FUNCTION.test(functionName)) return 'log';
  return FRAMEWORK.test(url) ? 'framework' : 'rest';
}

/** As {@link requestPartOf}, of a start: key of {@link startParts}. */
export function startPartOf({ functionName, url }) {
  if (COMPILE.test(functionName)) return 'modules';
  const machine = machinePartOf({ functionName, url });
  if (machine !== 'other') return machine;
  if (url.startsWith('node:')) {
    return url.startsWith('node:internal/modules/') ? 'modules' : 'nodeOther';
  }
  if (BACKEND.test(url)) return 'framework';
  return url.includes('/node_modules/') ? 'packages' : 'rest';
}

/** The package of a file with our folder in it, or `node:<module>`: what the detailed lists tell. */
export function packageOf({ functionName, url }) {
  if (!url) return functionName || 'native code';
  if (url.startsWith('node:')) return url;
  const inHouse = /\/packages\/([^/]+)\/(?:src|dist)\/([^/]+)\//.exec(url);
  if (inHouse) return `@stagewire/${inHouse[1]}, ${inHouse[2]}`;
  const found = [...url.matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].at(-1);
  return found ? found[1] : 'programs of this bench';
}

/** V8 names what is no code of anybody in brackets, and native functions have no file. */
function machinePartOf({ functionName, url }) {
  if (url ? url === 'node:inspector' : NOBODY.has(functionName)) return undefined;
  if (functionName === '(garbage collector)') return 'garbage';
  return url ? 'other' : 'native';
}

function isNodeHttp(url) {
  return /^node:(_http|_stream|net$|http|events$|stream|buffer$|internal\/(http|net|stream|timers|buffer|async_hooks|process\/task_queues))/.test(
    url,
  );
}

/** Idle, and what starts and ends the profile itself. */
const NOBODY = new Set(['(idle)', '(root)', 'dispatch']);

const COMPILE = /^(compile\w*|wrapSafe|ModuleWrap|link|instantiate)$/;
const AUTH =
  /\/(services\/src\/(auth|http-auth|credentials)|entrypoints\/(auth|httpAuth)|node_modules\/jose)\//;
const LOG =
  /\/(services\/src\/(logger|.*access-log)|entrypoints\/(rootLogger|logger)|node_modules\/(winston|winston-transport|logform|triple-beam|safe-stable-stringify|readable-stream|@colors\/colors|pino[\w-]*|sonic-boom|morgan))\//;
const LOG_FUNCTION = /log(ging|Request|Line)/i;
const FRAMEWORK =
  /\/(packages\/[^/]+\/(src|dist)\/|node_modules\/(@backstage\/backend-|express|router|helmet|compression|cors|vary|accepts|negotiator|body-parser|raw-body|finalhandler|send|serve-static|etag|fresh|on-headers|on-finished|express-rate-limit|rate-limit|path-to-regexp|parseurl|qs|type-is|bytes|mime|content-type|content-disposition|depd|ee-first|safe-buffer|debug|ms|proxy-addr|ipaddr|is-promise|minimatch|promise))/;
const BACKEND = /\/(packages\/[^/]+\/(src|dist)|node_modules\/@(backstage|stagewire)\/[^/]+)\//;
