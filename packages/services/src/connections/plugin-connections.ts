import type { ConfiguredConnection, ConfiguredConnections } from './configured-connections.js';
import { connectionErrors } from './errors.js';
import { selectAuth, type ConfiguredAuth, type ConnectionQuery } from './select-auth.js';

/** What a plugin asks with. */
type FindOptions = { type: string; query: ConnectionQuery; authMethods?: readonly string[] };

type Matched = { match?: { plugins: string[] } };

/** The connections that one plugin may see. */
export class PluginConnections {
  readonly #pluginId: string;
  readonly #connections: ConfiguredConnections;

  constructor(pluginId: string, connections: ConfiguredConnections) {
    this.#pluginId = pluginId;
    this.#connections = connections;
  }

  /**
   * Finds a connection; with `authMethods`, together with the way to sign in.
   *
   * @throws `E_CONNECTION_NOT_FOUND`, `E_CONNECTION_URL`, `E_CONNECTION_ARN`,
   *   `E_CONNECTION_NO_AUTH`, `E_CONNECTION_METHOD`, or an InputError for a broken configuration
   */
  async find({ type, query, authMethods }: FindOptions): Promise<object> {
    const host = type === 'aws' ? undefined : hostOf(query.url);
    const found = (await this.#connections.list()).find(
      (each) => each.type === type && each.host === host && this.#mayUse(each),
    );
    if (!found) throw connectionErrors.notFound(type);
    const { match: _, auth, ...info } = found;
    const usable = this.#usableOf(found);
    if (usable.length === 0) throw connectionErrors.noAuth(type, host);
    if (!authMethods) return info;
    const selected = selectAuth(type, usable, query);
    if (!selected || !authMethods.includes(selected.method)) {
      throw connectionErrors.method(type, selected?.method);
    }
    const { match: __, ...shown } = selected;
    return { ...info, auth: shown };
  }

  #mayUse({ match }: Matched): boolean {
    return match === undefined || match.plugins.includes(this.#pluginId);
  }

  /** Entries for this plugin first, then those for everybody. */
  #usableOf({ auth }: ConfiguredConnection): ConfiguredAuth[] {
    const usable = auth.filter((entry) => this.#mayUse(entry));
    return [...usable.filter(({ match }) => match), ...usable.filter(({ match }) => !match)];
  }
}

function hostOf(url: string | undefined): string {
  try {
    return new URL(url ?? '').host;
  } catch {
    throw connectionErrors.url(url);
  }
}
