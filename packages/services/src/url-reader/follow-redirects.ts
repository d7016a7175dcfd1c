import { hideUrlSecrets } from '@stagewire/config';
import { discardBody } from './bounded-body.js';
import { urlReaderErrors } from './errors.js';

const MAX_REQUESTS = 5;
const REDIRECTS = new Set([301, 302, 307, 308]);

/** One GET, and what the hosts on its way are told. */
export type GetRequest = {
  /** The URL that the caller asked for; errors name it. */
  url: string;
  /** Where the first request goes. */
  target: URL;
  /** Asked for every request on the way, so that nobody is told what is not for them. */
  headersFor: (target: URL) => Record<string, string>;
  /** Throws when a target must not be asked at all. */
  assertAllowed?: (target: URL) => void;
  /** Ends the request, and the reading of the body. */
  signal?: AbortSignal;
  /** Milliseconds until the response begins; its body has a time-out of its own. */
  timeoutMs: number;
  /** @defaultValue that of the platform */
  fetch?: typeof fetch;
};

/**
 * Sends a GET and follows redirects by hand: the platform would take along all headers of its
 * caller but one, and ask any host.
 *
 * @throws `E_URL_TIMEOUT`, `E_URL_CREDENTIALS`, or an Error that names the URL and keeps its cause
 */
export async function followRedirects(request: GetRequest): Promise<Response> {
  const { url, timeoutMs } = request;
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(urlReaderErrors.timedOut(url, timeoutMs)),
    timeoutMs,
  ).unref();
  try {
    let { target } = request;
    for (let requests = 0; requests < MAX_REQUESTS; requests += 1) {
      request.assertAllowed?.(target);
      const response = await send(request, target, deadline.signal);
      const location = REDIRECTS.has(response.status) && response.headers.get('location');
      if (!location) return response;
      discardBody(response);
      target = toRedirectTarget(url, location, target);
    }
    throw new Error(`Too many redirects (max ${MAX_REQUESTS}) when reading ${hideUrlSecrets(url)}`);
  } finally {
    clearTimeout(timer);
  }
}

function toRedirectTarget(url: string, location: string, from: URL): URL {
  if (URL.canParse(location, from.href)) return new URL(location, from);
  throw new Error(
    hideUrlSecrets(`Unable to read ${url}, it redirects to '${location}', which is not a URL`),
  );
}

async function send(request: GetRequest, target: URL, deadline: AbortSignal): Promise<Response> {
  const { url, signal, headersFor } = request;
  // The platform refuses them as well, and tells them while it does.
  if (target.username || target.password) throw urlReaderErrors.credentialsInUrl(url, target.href);
  const send = request.fetch ?? fetch;
  try {
    return await send(target, {
      headers: headersFor(target),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
  } catch (error) {
    if (deadline.aborted) throw deadline.reason;
    throw new Error(`Unable to read ${hideUrlSecrets(url)}, ${error}`, { cause: error });
  }
}
