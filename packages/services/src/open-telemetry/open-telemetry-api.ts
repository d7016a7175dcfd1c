import type * as OpenTelemetry from '@opentelemetry/api';

type Api = typeof OpenTelemetry;

/** Where every copy of the OpenTelemetry API finds what an SDK registered. */
const GLOBAL_KEY = Symbol.for('opentelemetry.js.api.1');
const SDK_PARTS = ['metrics', 'trace', 'context', 'propagation'];

let loading: Promise<Api> | undefined;
let loaded: Api | undefined;

/**
 * Loads the OpenTelemetry API if an SDK is registered in this process, and only then: it takes
 * some 40 ms and 7 MB that nobody has to pay who does not collect.
 *
 * @returns undefined without an SDK
 */
export async function loadOpenTelemetry(): Promise<Api | undefined> {
  if (!isSdkRegistered()) return undefined;
  loading ??= import('@opentelemetry/api');
  loaded = await loading;
  return loaded;
}

/**
 * The OpenTelemetry API, for those who cannot wait; undefined without an SDK.
 *
 * @remarks
 * When an SDK registers late, the first call that sees it starts to load the API, and the calls
 * until it is there still get undefined.
 */
export function getOpenTelemetry(): Api | undefined {
  if (!isSdkRegistered()) return undefined;
  if (!loading) void loadOpenTelemetry();
  return loaded;
}

function isSdkRegistered(): boolean {
  const registered = (globalThis as { [GLOBAL_KEY]?: object })[GLOBAL_KEY];
  return registered !== undefined && SDK_PARTS.some((part) => part in registered);
}
