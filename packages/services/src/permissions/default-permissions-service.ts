import type {
  AuthorizePermissionRequest,
  AuthorizePermissionResponse,
  AuthService,
  PermissionsService,
  PermissionsServiceRequestOptions,
  QueryPermissionRequest,
  QueryPermissionResponse,
} from '@stagewire/plugin-api';
import { batchQueries } from './batched-queries.js';
import { decideForService, toDecision, toPolicyDecision } from './decisions.js';
import type { PermissionClient } from './permission-client.js';

/** Decides about services here, and about users by asking the permission backend. */
export class DefaultPermissionsService implements PermissionsService {
  readonly #auth: AuthService;
  readonly #client: PermissionClient;
  readonly #isEnabled: boolean;
  readonly #isBatching: boolean;

  constructor(options: {
    auth: AuthService;
    client: PermissionClient;
    isEnabled: boolean;
    isBatching: boolean;
  }) {
    this.#auth = options.auth;
    this.#client = options.client;
    this.#isEnabled = options.isEnabled;
    this.#isBatching = options.isBatching;
  }

  async authorize(
    requests: AuthorizePermissionRequest[],
    options: PermissionsServiceRequestOptions,
  ): Promise<AuthorizePermissionResponse[]> {
    const decisions = this.#decideHere(requests, options);
    if (decisions) return decisions;
    if (this.#isBatching) {
      const { queries, unmerge } = batchQueries(requests);
      return unmerge(await this.#client.ask(queries, options.credentials));
    }
    const answers = await this.#client.ask(requests.map(toQuery), options.credentials);
    return answers.map(({ result }) => toDecision(result));
  }

  async authorizeConditional(
    requests: QueryPermissionRequest[],
    options: PermissionsServiceRequestOptions,
  ): Promise<QueryPermissionResponse[]> {
    const decisions = this.#decideHere(requests, options);
    if (decisions) return decisions;
    const answers = await this.#client.ask(requests.map(toQuery), options.credentials);
    return answers.map(toPolicyDecision);
  }

  #decideHere(
    requests: ReadonlyArray<AuthorizePermissionRequest | QueryPermissionRequest>,
    options: PermissionsServiceRequestOptions,
  ): AuthorizePermissionResponse[] | undefined {
    const credentials = options?.credentials;
    // First, as restrictions of services hold with permissions switched off too.
    if (this.#auth.isPrincipal(credentials, 'service')) {
      const { accessRestrictions } = credentials.principal;
      return requests.map(({ permission }) => decideForService(permission, accessRestrictions));
    }
    return this.#isEnabled ? undefined : requests.map(() => ({ result: 'ALLOW' }));
  }
}

// Only what the backend knows: requests may carry more.
function toQuery({ permission, resourceRef }: AuthorizePermissionRequest | QueryPermissionRequest) {
  return resourceRef === undefined ? { permission } : { permission, resourceRef };
}
