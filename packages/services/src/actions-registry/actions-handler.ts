import { InputError, NotAllowedError, NotFoundError, toError } from '@stagewire/errors';
import type {
  AuthService,
  BackstageCredentials,
  HttpAuthService,
  LoggerService,
} from '@stagewire/plugin-api';
import type { ActionsServiceAction } from '@stagewire/plugin-api/alpha';
import type { Handler, Request, Response } from 'express';
import { readJsonBody } from '../http/read-json-body.js';
import type { ActionVisibility } from './action-visibility.js';
import { invokeAction } from './invoke-action.js';
import type { PluginActionsRegistry } from './plugin-actions-registry.js';
import type { RegisteredAction } from './registered-action.js';

const PREFIX = '/.backstage/actions/';
const LIST_PATH = /^\/\.backstage\/actions\/v1\/actions\/?$/;
const INVOKE_PATH = /^\/\.backstage\/actions\/(?<version>v1|v2)\/actions\/(?<id>[^/]+)\/invoke\/?$/;
const BODY_LIMIT = '10mb';

export type ActionsHandlerOptions = {
  registry: PluginActionsRegistry;
  visibility: ActionVisibility;
  auth: AuthService;
  httpAuth: HttpAuthService;
  logger: LoggerService;
};

/** Lists the actions of a plugin and runs them, over HTTP. */
export function createActionsHandler(options: ActionsHandlerOptions): Handler {
  return async (req, res, next) => {
    const answer = req.path.startsWith(PREFIX) ? findRoute(req) : undefined;
    if (!answer) return next();
    try {
      res.json(await answer(req, res, options));
    } catch (error) {
      next(error);
    }
  };
}

type Route = (req: Request, res: Response, options: ActionsHandlerOptions) => Promise<unknown>;

function findRoute({ method, path }: Request): Route | undefined {
  if ((method === 'GET' || method === 'HEAD') && LIST_PATH.test(path)) return listActions;
  const call = method === 'POST' ? INVOKE_PATH.exec(path)?.groups : undefined;
  if (!call) return undefined;
  const { version, id } = call as { version: 'v1' | 'v2'; id: string };
  return (req, res, options) => invokeFromRequest(req, res, { version, id }, options);
}

async function listActions(
  req: Request,
  _res: Response,
  { registry, visibility, httpAuth, logger }: ActionsHandlerOptions,
): Promise<{ actions: ActionsServiceAction[] }> {
  const credentials = await httpAuth.credentials(req);
  const actions = await visibility.visibleTo(credentials, registry.list());
  const descriptions = await Promise.all(actions.map((action) => describe(action, logger)));
  return { actions: descriptions.filter((description) => description !== undefined) };
}

/** One action whose schema cannot be made does not hide the others. */
async function describe(action: RegisteredAction, logger: LoggerService) {
  try {
    return await action.describe();
  } catch (error) {
    logger.error(`Failed to make the schema of action "${action.id}"`, toError(error));
    return undefined;
  }
}

async function invokeFromRequest(
  req: Request,
  res: Response,
  { version, id }: { version: 'v1' | 'v2'; id: string },
  { registry, visibility, auth, httpAuth, logger }: ActionsHandlerOptions,
): Promise<{ output: unknown }> {
  const credentials = await httpAuth.credentials(req);
  if (auth.isPrincipal(credentials, 'none')) {
    throw new NotAllowedError(
      'Actions must be invoked by an authenticated principal, not an anonymous request',
    );
  }
  const action = await findVisible(decodeId(id), credentials, registry, visibility);
  const body = (await readJsonBody(req, res, BODY_LIMIT)) ?? {};
  const { input = {}, secrets } = version === 'v1' ? { input: body } : (body as ActionBody);
  return invokeAction(action, { input, secrets, credentials, logger });
}

async function findVisible(
  id: string,
  credentials: BackstageCredentials,
  registry: PluginActionsRegistry,
  visibility: ActionVisibility,
): Promise<RegisteredAction> {
  const registered = registry.find(id);
  const [action] = registered ? await visibility.visibleTo(credentials, [registered]) : [];
  if (!action) throw new NotFoundError(`Action "${id}" not found`);
  return action;
}

type ActionBody = { input?: unknown; secrets?: unknown };

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InputError(`Failed to decode action id '${text}'`);
  }
}
