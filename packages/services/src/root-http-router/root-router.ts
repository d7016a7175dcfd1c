import type { PluginMetadataService, RootHttpRouterService } from '@stagewire/plugin-api';
import { PLUGIN_VIEW, type PluginViews } from '@stagewire/plugin-api/internal';
import type { NextFunction, Request, RequestHandler, Response, Router } from 'express';
import type { Server, ServerResponse } from 'node:http';
import { httpErrors } from '../http/errors.js';
import {
  hostLengthOf,
  isPlainPath,
  matchMount,
  normalizePath,
  pathOf,
} from '../http/mount-path.js';
import {
  HTTP_SERVER,
  MOUNT_PLUGIN,
  type PluginMount,
  type PluginMounting,
} from '../http/plugin-mount.js';
import { RequestsInProgress } from '../http/requests-in-progress.js';
import { runHandler, takesErrors } from '../http/run-handler.js';
import { prepareApplication } from '../http/whole-application.js';
import { rootHttpRouterErrors } from './errors.js';
import { PathRegister } from './path-register.js';
import { PluginRootRouter } from './plugin-root-router.js';

const API_PATH = '/api';
/** Comes after all routes in registration order: the handler of the index path, asked at last. */
const LAST = Infinity;
const passOn: RequestHandler = (_req, _res, next) => next();

type Route = {
  /** As it was given. */
  path: string;
  /** Registration order decides who is asked first. */
  order: number;
  handler: RequestHandler;
  /** Normalised; undefined for a pattern, which Express matches. */
  mountPath: string | undefined;
  /** The plugin that it belongs to; undefined for what belongs to the backend. */
  pluginId: string | undefined;
  /** Whether a later mount may take the place. */
  released: boolean;
  /** Whether nobody answers there until a later mount takes the place. */
  withdrawn: boolean;
};

/** What a {@link RootRouter} is made with. */
export type RootRouterOptions = {
  server: Server;
  /** Whose handler also answers what nobody else does, except below `/api`; false for nobody. */
  indexPath: string | false;
  /** Makes an Express router; asked only while a request is handled. */
  createExpressRouter(): Router;
  /** All responses in progress; `@defaultValue` none */
  listResponses?(): ServerResponse[];
};

/**
 * Knows who answers below which path.
 *
 * @remarks
 * Plugins at `/api/<pluginId>` are found by one look into a table; the few other paths are asked in
 * turn. All is matched and handed over as an Express application would: without regard to case,
 * with `url` relative to the mount, and with what was cut off in `baseUrl`.
 */
export class RootRouter
  implements RootHttpRouterService, PluginMounting, PluginViews<RootHttpRouterService>
{
  readonly [HTTP_SERVER]: Server;
  readonly #indexPath: string | false;
  readonly #createExpressRouter: () => Router;
  readonly #listResponses: () => ServerResponse[];
  #paths = new PathRegister();
  /** By plugin id in lower case. */
  readonly #plugins = new Map<string, Route>();
  /** All others, in registration order. */
  readonly #others: Route[] = [];
  #index: Route | undefined;
  #nextOrder = 0;

  /** @throws `E_INDEX_PATH_EMPTY` */
  constructor(options: RootRouterOptions) {
    if (options.indexPath === '') throw rootHttpRouterErrors.emptyIndexPath();
    this[HTTP_SERVER] = options.server;
    this.#indexPath = options.indexPath;
    this.#createExpressRouter = options.createExpressRouter;
    this.#listResponses = options.listResponses ?? (() => []);
  }

  /**
   * Lets a handler answer at a path and below.
   *
   * @throws `E_ROOT_PATH_EMPTY`, `E_ROOT_PATH_CONFLICT`, `E_HTTP_HANDLER`
   */
  use(path: string, handler: RequestHandler): void {
    this.#add(path, toMountable(handler), undefined);
  }

  /** The router as one version of a plugin has it: its paths end with it. */
  [PLUGIN_VIEW](
    plugin: PluginMetadataService,
    service: RootHttpRouterService,
  ): RootHttpRouterService {
    const isWhole = service.use === RootRouter.prototype.use;
    return isWhole ? new PluginRootRouter(this, plugin) : service;
  }

  /** Lets a plugin answer at a path and below; see {@link RootRouter.use}. */
  mountFor(pluginId: string, path: string, handler: RequestHandler): PluginMount {
    const route = this.#add(path, toMountable(handler), pluginId);
    return this.#toMount(route, route.handler);
  }

  /**
   * Looks at a path that a later version of a plugin is going to mount.
   *
   * @returns mounts it, in the place of a mount of the same plugin there that was withdrawn
   * @throws `E_ROOT_PATH_EMPTY`, `E_HTTP_HANDLER`; `E_ROOT_PATH_CONFLICT` with what another plugin
   *   or the backend has mounted
   */
  prepareFor(pluginId: string, path: string, handler: RequestHandler): () => PluginMount {
    const mountable = toMountable(handler);
    assertPath(path);
    const others = this.#routes().filter((route) => route.pluginId !== pluginId);
    assertFree(path, new PathRegister(others.map((route) => route.path)));
    return () => {
      const former = [...this.#plugins.values(), ...this.#others].find(
        (route) => route.withdrawn && route.pluginId === pluginId && route.path === path,
      );
      const route = former ?? this.#add(path, mountable, pluginId);
      if (former) this.#revive(former, mountable);
      return this.#toMount(route, route.handler);
    };
  }

  /** Lets a plugin answer at `/api/<pluginId>`; takes the place of a mount that was released. */
  [MOUNT_PLUGIN](pluginId: string, handler: RequestHandler): PluginMount {
    const route =
      this.#takeOver(pluginId, handler) ?? this.#add(`${API_PATH}/${pluginId}`, handler, pluginId);
    return this.#toMount(route, handler);
  }

  #toMount(route: Route, handler: RequestHandler): PluginMount {
    const isOwn = () => route.handler === handler && !route.withdrawn;
    return {
      release: () => {
        if (isOwn()) route.released = true;
      },
      withdraw: () => {
        if (!isOwn()) return new RequestsInProgress();
        // What is kept is the place among the routes, and nothing of a version that is gone.
        Object.assign(route, { handler: passOn, withdrawn: true });
        this.#paths = new PathRegister(this.#routes().map(({ path }) => path));
        const isBelow = (url: string) => mayMatch(route, pathOf(url));
        return new RequestsInProgress(
          this.#listResponses().filter(({ req }) =>
            isBelow((req as Partial<Request>).originalUrl ?? req.url ?? ''),
          ),
        );
      },
    };
  }

  /** Whether anybody may answer at a path. */
  answers(path: string): boolean {
    return this.#find(path, -1) !== undefined || this.#isForIndex(path);
  }

  /** Whether a route was added that may answer at a path; the index is not asked for it. */
  isTaken(path: string): boolean {
    return this.#routes().some((route) => mayMatch(route, path));
  }

  /** Hands a request to those who are mounted at its path; calls `done` when none answers. */
  handle(req: Request, res: Response, done: NextFunction): void {
    req.originalUrl ||= req.url;
    req.baseUrl ||= '';
    let asked = -1;

    const advance = (signal?: unknown): void => {
      const leaves = signal === 'router';
      if (signal && !leaves && signal !== 'route') {
        done(signal);
        return;
      }
      // Read anew each time, as a handler may have changed the url before it passed the request on.
      const path = pathOf(req.url);
      const route = leaves ? undefined : this.#find(path, asked);
      if (route) {
        asked = route.order;
        enter(route.handler, mountedPart(route, path), req, res, advance);
      } else if (asked < LAST && this.#index && this.#isForIndex(path)) {
        asked = LAST;
        enter(this.#index.handler, '', req, res, advance);
      } else {
        done();
      }
    };
    advance();
  }

  /** All routes that somebody answers at. */
  #routes(): Route[] {
    return [...this.#plugins.values(), ...this.#others].filter(({ withdrawn }) => !withdrawn);
  }

  #add(path: string, handler: RequestHandler, owner: string | undefined): Route {
    assertPath(path);
    assertFree(path, this.#paths);

    this.#paths.add(path);
    const route = this.#toRoute(path, handler, owner);
    const pluginId = toPluginId(route.mountPath);
    if (pluginId === undefined) this.#others.push(route);
    else this.#plugins.set(pluginId, route);
    if (path === this.#indexPath) this.#index = route;
    return route;
  }

  #takeOver(pluginId: string, handler: RequestHandler): Route | undefined {
    const route = this.#plugins.get(pluginId.toLowerCase());
    if (!route?.released && !route?.withdrawn) return undefined;
    this.#revive(route, handler);
    return route;
  }

  #revive(route: Route, handler: RequestHandler): void {
    if (route.withdrawn) {
      assertFree(route.path, this.#paths);
      this.#paths.add(route.path);
    }
    const own =
      route.mountPath === undefined ? this.#toPatternHandler(route.path, handler) : handler;
    Object.assign(route, { handler: own, released: false, withdrawn: false });
  }

  #toRoute(path: string, handler: RequestHandler, pluginId: string | undefined): Route {
    const order = this.#nextOrder;
    this.#nextOrder += 1;
    const plain = isPlainPath(path);
    return {
      path,
      order,
      handler: plain ? handler : this.#toPatternHandler(path, handler),
      mountPath: plain ? normalizePath(path) : undefined,
      pluginId,
      released: false,
      withdrawn: false,
    };
  }

  /** Leaves the pattern language to Express, whose router is made at the first request. */
  #toPatternHandler(path: string, handler: RequestHandler): RequestHandler {
    let router: Router | undefined;
    return (req, res, next) => {
      router ??= this.#createExpressRouter().use(path, (...args) => runHandler(handler, ...args));
      router(req, res, next);
    };
  }

  /** The next route after those already asked. */
  #find(path: string, asked: number): Route | undefined {
    const plugin = this.#findPlugin(path);
    const candidate = plugin && plugin.order > asked ? plugin : undefined;

    for (const route of this.#others) {
      if (candidate && candidate.order < route.order) break;
      if (route.order <= asked || route.withdrawn) continue;
      if (route.mountPath === undefined || matchMount(route.mountPath, path) !== -1) return route;
    }
    return candidate;
  }

  #isForIndex(path: string): boolean {
    return this.#index?.withdrawn === false && matchMount(API_PATH, path) === -1;
  }

  #findPlugin(path: string): Route | undefined {
    const idStart = API_PATH.length + 1;
    if (matchMount(API_PATH, path) !== API_PATH.length) return undefined;
    const idEnd = path.indexOf('/', idStart);
    const id = idEnd === -1 ? path.slice(idStart) : path.slice(idStart, idEnd);
    const route = this.#plugins.get(id) ?? this.#plugins.get(id.toLowerCase());
    return route?.withdrawn ? undefined : route;
  }
}

/** @throws `E_HTTP_HANDLER` */
function toMountable(handler: RequestHandler): RequestHandler {
  if (typeof handler !== 'function' || takesErrors(handler)) {
    throw httpErrors.notAHandler('rootHttpRouter.use()', handler);
  }
  return prepareApplication(handler);
}

/** @throws `E_ROOT_PATH_EMPTY` */
function assertPath(path: string): void {
  if (/^[/\s]*$/.test(path)) throw rootHttpRouterErrors.emptyPath();
}

/** @throws `E_ROOT_PATH_CONFLICT` */
function assertFree(path: string, taken: PathRegister): void {
  const existing = taken.findConflict(path);
  if (existing !== undefined) throw rootHttpRouterErrors.pathConflict(path, existing);
}

/** The last segment of `/api/<pluginId>`, in lower case. */
function toPluginId(mountPath: string | undefined): string | undefined {
  return /^\/api\/([^/]+)$/.exec(mountPath ?? '')?.[1];
}

/** Whether a route could match a path; of a pattern, only a plain beginning tells that it cannot. */
function mayMatch({ path: mounted, mountPath }: Route, path: string): boolean {
  if (mountPath !== undefined) return matchMount(mountPath, path) !== -1;
  const [, first = ''] = mounted.split('/');
  return !isPlainPath(`/${first}`) || matchMount(normalizePath(`/${first}`), path) !== -1;
}

/** The part of a path that a route takes; none for a pattern, which Express cuts off itself. */
function mountedPart({ mountPath }: Route, path: string): string {
  return mountPath === undefined ? '' : path.slice(0, matchMount(mountPath, path));
}

/** Calls a handler with a part of the url cut off, and puts it back when the handler passes on. */
function enter(
  handler: RequestHandler,
  part: string,
  req: Request,
  res: Response,
  resume: NextFunction,
): void {
  const { baseUrl, params, next: outerNext } = req;
  const slashAdded = cutOff(req, part);
  let inside = true;

  const leave = (signal?: unknown): void => {
    // A handler that passes on and then fails comes here twice.
    if (inside) putBack(req, part, slashAdded);
    inside = false;
    Object.assign(req, { baseUrl, params, next: outerNext });
    resume(signal);
  };
  req.params = {};
  req.next = leave;
  runHandler(handler, req, res, leave);
}

/** Moves a part of the url to `baseUrl`; tells whether a slash had to be put in its place. */
function cutOff(req: Request, part: string): boolean {
  if (part === '') return false;
  const host = hostLengthOf(req.url);
  const rest = req.url.slice(host + part.length);
  const slashAdded = host === 0 && rest[0] !== '/';
  req.url = req.url.slice(0, host) + (slashAdded ? `/${rest}` : rest);
  req.baseUrl += part.endsWith('/') ? part.slice(0, -1) : part;
  return slashAdded;
}

function putBack(req: Request, part: string, slashAdded: boolean): void {
  if (part === '') return;
  const host = hostLengthOf(req.url);
  const rest = req.url.slice(host + (slashAdded ? 1 : 0));
  req.url = req.url.slice(0, host) + part + rest;
}
