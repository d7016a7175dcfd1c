import { ConfigFile, type Yaml } from './config-file.js';
import { configErrors } from './errors.js';
import { hideUrlSecrets } from './hide-url-secrets.js';

/** Milliseconds that a server of configuration has for its answer. */
const TIMEOUT = 10_000;

/** Characters; far beyond any configuration. */
const MAX_LENGTH = 10_000_000;

/**
 * Fetches configuration as YAML or JSON.
 *
 * @throws `E_CONFIG_REMOTE`
 */
export async function readRemoteFile(url: string, yaml: Yaml): Promise<ConfigFile> {
  try {
    const response = await fetch(withoutCredentials(url), {
      headers: authorization(url),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (!response.ok) throw new Error(`the answer is ${response.status} ${response.statusText}`);
    return new ConfigFile(hideUrlSecrets(url), await readText(response), yaml);
  } catch (error) {
    throw configErrors.remoteUnreachable(hideUrlSecrets(url), error);
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MAX_LENGTH) throw new Error(`it is longer than ${MAX_LENGTH} characters`);
  }
  return text + decoder.decode();
}

function withoutCredentials(url: string): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}

function authorization(url: string): Record<string, string> {
  const { username, password } = new URL(url);
  if (!username && !password) return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
