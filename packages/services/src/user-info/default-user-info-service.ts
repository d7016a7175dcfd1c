import { ResponseError } from '@stagewire/errors';
import type {
  BackstageCredentials,
  BackstageUserInfo,
  DiscoveryService,
  UserInfoService,
} from '@stagewire/plugin-api';
import { toInternalCredentials } from '../credentials/credentials.js';
import { digestOf } from '../credentials/digest.js';
import { ExpiringMap } from '../credentials/expiring-map.js';
import { decodeToken } from '../credentials/jwt.js';

/** For how long an answer counts, in milliseconds. */
const ANSWER_LIFETIME = 5_000;
/** In milliseconds. */
const REQUEST_TIMEOUT = 30_000;
const MAX_ANSWERS = 1_000;

/** Answers for tokens, by their digest; shared by all plugins of a process. */
export type UserInfoAnswers = ExpiringMap<string, Promise<string[]>>;

/** Makes an empty memory of answers. */
export function createUserInfoAnswers(): UserInfoAnswers {
  return new ExpiringMap(MAX_ANSWERS);
}

/** Finds who a user is and what the user owns things by: in the token, or by asking the auth plugin. */
export class DefaultUserInfoService implements UserInfoService {
  readonly #discovery: DiscoveryService;
  readonly #answers: UserInfoAnswers;

  constructor(options: { discovery: DiscoveryService; answers: UserInfoAnswers }) {
    this.#discovery = options.discovery;
    this.#answers = options.answers;
  }

  async getUserInfo(credentials: BackstageCredentials): Promise<BackstageUserInfo> {
    const token = readUserToken(credentials);
    const { sub, ent } = decodeToken(token)?.payload ?? {};
    if (typeof sub !== 'string') throw new Error('User entity ref can not be determined');
    return {
      userEntityRef: sub,
      ownershipEntityRefs: ent === undefined ? [...(await this.#ask(token))] : toRefs(ent),
    };
  }

  #ask(token: string): Promise<string[]> {
    const key = digestOf(token);
    const known = this.#answers.get(key);
    if (known) return known;

    const answer = this.#request(token);
    // While it is under way, all who ask share it; its time begins once it is there.
    this.#answers.set(key, answer, Infinity);
    answer.then(
      () => this.#answers.set(key, answer, Date.now() + ANSWER_LIFETIME),
      () => this.#answers.delete(key),
    );
    return answer;
  }

  async #request(token: string): Promise<string[]> {
    const baseUrl = await this.#discovery.getBaseUrl('auth');
    const response = await fetch(`${baseUrl}/v1/userinfo`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT),
    });
    if (!response.ok) throw await ResponseError.fromResponse(response);
    const body = (await response.json()) as { claims?: { ent?: unknown } } | null;
    const ent = body?.claims?.ent;
    if (!ent) throw new Error('Ownership entity refs can not be determined');
    return toRefs(ent);
  }
}

function readUserToken(credentials: BackstageCredentials): string {
  const { principal, token } = toInternalCredentials(credentials);
  if ((principal as { type?: unknown } | undefined)?.type !== 'user') {
    throw new Error('Only user credentials are supported');
  }
  if (!token) throw new Error('User credentials is unexpectedly missing token');
  return token;
}

function toRefs(value: unknown): string[] {
  if (Array.isArray(value) && value.every((ref) => typeof ref === 'string')) return value;
  throw new Error('Ownership entity refs must be an array of strings');
}
