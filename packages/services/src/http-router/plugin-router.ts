import { InputError } from '@stagewire/errors';
import type {
  AuthService,
  HttpAuthService,
  HttpRouterService,
  HttpRouterServiceAuthPolicy,
} from '@stagewire/plugin-api';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { httpErrors } from '../http/errors.js';
import { normalizePath, pathOf } from '../http/mount-path.js';
import { runErrorHandler, runHandler, takesErrors, type AnyHandler } from '../http/run-handler.js';
import { prepareApplication } from '../http/whole-application.js';
import { AuthPolicies } from './auth-policies.js';
import type { LifecycleGate } from './lifecycle-gate.js';

/** What a {@link PluginRouter} is made of. */
export type PluginRouterOptions = {
  pluginId: string;
  auth: AuthService;
  httpAuth: HttpAuthService;
  gate: LifecycleGate;
  errorHandler: ErrorRequestHandler;
  /** Whether requests need credentials unless a policy says otherwise. */
  checksCredentials: boolean;
  /** Comes before all else; undefined when the plugin has no limit of its own. */
  rateLimit: RequestHandler | undefined;
};

/**
 * Takes a request through a plugin: its rate limit → its public keys → lifecycle gate →
 * credentials → cookies → the plugin's own handlers → its error handler.
 *
 * @remarks
 * A backend has one for each plugin, used or not, so it is made of no more than a few objects. An
 * error is answered here, and the error body tells the url as the plugin knows it.
 */
export class PluginRouter implements HttpRouterService {
  readonly #options: PluginRouterOptions;
  readonly #policies: AuthPolicies;
  readonly #handlers: AnyHandler[] = [];

  constructor(options: PluginRouterOptions) {
    this.#options = options;
    this.#policies = new AuthPolicies(options.pluginId);
  }

  /** @throws `E_HTTP_HANDLER` */
  use(handler: RequestHandler): void {
    if (typeof handler !== 'function') throw httpErrors.notAHandler('httpRouter.use()', handler);
    this.#handlers.push(prepareApplication(handler));
  }

  /** @throws `E_AUTH_POLICY`, `E_AUTH_POLICY_PATH` */
  addAuthPolicy(policy: HttpRouterServiceAuthPolicy): void {
    this.#policies.add(policy);
  }

  /** The whole chain as one Express handler, to be mounted at `/api/<pluginId>`. */
  readonly handle: RequestHandler = (req, res, next) => {
    const { rateLimit, errorHandler } = this.#options;
    const leave = (error?: unknown): void => {
      if (error) runErrorHandler(errorHandler, error, req, res, next);
      else next();
    };
    if (!rateLimit) {
      this.#enter(req, res, leave);
      return;
    }
    const enter = (error?: unknown): void => {
      if (error) leave(error);
      else this.#enter(req, res, leave);
    };
    runHandler(rateLimit, req, res, enter);
  };

  #enter(req: Request, res: Response, leave: Next): void {
    const authRoute = findAuthRoute(req);
    if (authRoute === 'GET jwks.json') {
      this.#sendPublicKeys(res).catch(leave);
      return;
    }
    this.#options.gate.enter((refusal) => {
      if (refusal) leave(refusal);
      // A caller who gave up while the plugin started needs no answer.
      else if (!res.destroyed) this.#admit(req, res, authRoute, leave);
    });
  }

  #admit(req: Request, res: Response, authRoute: AuthRoute | undefined, leave: Next): void {
    this.#checkCredentials(req, (refusal) => {
      if (refusal) leave(refusal);
      else if (authRoute === 'GET cookie') this.#issueCookie(res).catch(leave);
      else if (authRoute === 'DELETE cookie') this.#clearCookie(res).catch(leave);
      else this.#runHandlers(req, res, leave);
    });
  }

  /** Calls `pass` when the request may go on, or with the reason why it may not. */
  #checkCredentials(req: Request, pass: Next): void {
    const { checksCredentials, httpAuth } = this.#options;
    if (!checksCredentials) {
      pass();
      return;
    }
    let policy;
    try {
      // The path as Express's routers will read it behind this: both have to mean the same place.
      policy = this.#policies.findFor(req.path);
    } catch (error) {
      pass(new InputError('The request has a malformed url', error));
      return;
    }
    if (policy === 'unauthenticated') {
      pass();
      return;
    }
    const allowLimitedAccess = policy === 'user-cookie';
    httpAuth
      .credentials(req, { allow: ['user', 'service'], allowLimitedAccess })
      .then(() => pass(), pass);
  }

  /** Asks the plugin's handlers in turn, as an Express router would. */
  #runHandlers(req: Request, res: Response, leave: Next): void {
    const handlers = this.#handlers;
    let index = 0;
    const next = (signal?: unknown): void => {
      if (signal === 'router') index = handlers.length;
      const error = signal === 'route' || signal === 'router' ? undefined : signal;
      while (index < handlers.length) {
        const handler = handlers[index++]!;
        if (takesErrors(handler) !== Boolean(error)) continue;
        if (takesErrors(handler)) runErrorHandler(handler, error, req, res, next);
        else runHandler(handler, req, res, next);
        return;
      }
      leave(error);
    };
    req.next = next;
    next();
  }

  async #sendPublicKeys(res: Response): Promise<void> {
    const { keys } = await this.#options.auth.listPublicServiceKeys();
    res.json({ keys });
  }

  async #issueCookie(res: Response): Promise<void> {
    const { expiresAt } = await this.#options.httpAuth.issueUserCookie(res);
    res.json({ expiresAt: expiresAt.toISOString() });
  }

  async #clearCookie(res: Response): Promise<void> {
    const { auth, httpAuth } = this.#options;
    await httpAuth.issueUserCookie(res, { credentials: await auth.getNoneCredentials() });
    res.status(204).end();
  }
}

type Next = (error?: unknown) => void;
type AuthRoute = 'GET jwks.json' | 'GET cookie' | 'DELETE cookie';

const AUTH_ROUTES: ReadonlyMap<string, AuthRoute> = new Map([
  ['GET /.backstage/auth/v1/jwks.json', 'GET jwks.json'],
  ['HEAD /.backstage/auth/v1/jwks.json', 'GET jwks.json'],
  ['GET /.backstage/auth/v1/cookie', 'GET cookie'],
  ['HEAD /.backstage/auth/v1/cookie', 'GET cookie'],
  ['DELETE /.backstage/auth/v1/cookie', 'DELETE cookie'],
]);

/** Which of the routes that every plugin has a request is for. */
function findAuthRoute(req: Request): AuthRoute | undefined {
  // Nearly all urls part here, after two characters.
  if (req.url[1] !== '.') return undefined;
  return AUTH_ROUTES.get(`${req.method} ${normalizePath(pathOf(req.url))}`);
}
