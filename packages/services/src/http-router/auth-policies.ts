import type { HttpRouterServiceAuthPolicy } from '@stagewire/plugin-api';
import { pathToRegexp } from 'path-to-regexp';
import { httpRouterErrors } from './errors.js';

type Matches = (path: string) => boolean;

/** What the policies of a plugin say about its paths. */
export class AuthPolicies {
  readonly #pluginId: string;
  readonly #unauthenticated: Matches[] = [];
  readonly #userCookie: Matches[] = [];

  constructor(pluginId: string) {
    this.#pluginId = pluginId;
  }

  /** @throws `E_AUTH_POLICY`, `E_AUTH_POLICY_PATH` */
  add({ path, allow }: HttpRouterServiceAuthPolicy): void {
    const list = this.#listFor(allow, path);
    list.push(this.#toMatcher(path));
  }

  /** Who may come to a path beside those with full credentials; `unauthenticated` wins. */
  findFor(path: string): HttpRouterServiceAuthPolicy['allow'] | undefined {
    if (this.#unauthenticated.some((matches) => matches(path))) return 'unauthenticated';
    if (this.#userCookie.some((matches) => matches(path))) return 'user-cookie';
    return undefined;
  }

  #listFor(allow: HttpRouterServiceAuthPolicy['allow'], path: string): Matches[] {
    if (allow === 'unauthenticated') return this.#unauthenticated;
    if (allow === 'user-cookie') return this.#userCookie;
    throw httpRouterErrors.invalidPolicy(this.#pluginId, path);
  }

  #toMatcher(path: string): Matches {
    if (path === '/' || path === '*') return () => true;
    try {
      const { regexp } = pathToRegexp(path, { end: false });
      return (candidate) => regexp.test(candidate);
    } catch (error) {
      throw httpRouterErrors.invalidPolicyPath(this.#pluginId, path, error);
    }
  }
}
