import { NotAllowedError } from '@stagewire/errors';
import type { AuthService, HttpAuthService } from '@stagewire/plugin-api';
import type { Handler, Request, Response } from 'express';
import { readJsonBody } from '../http/read-json-body.js';
import { applyConditions } from './apply-conditions.js';
import type { RegisteredPermissions } from './registered-permissions.js';
import { describeParams } from './rule-params.js';

const PREFIX = '/.well-known/backstage/permissions/';
const BODY_LIMIT = '1mb';

type Options = {
  registered: RegisteredPermissions;
  auth: AuthService;
  httpAuth: HttpAuthService;
};

type Route = (req: Request, res: Response, options: Options) => Promise<unknown>;

/** Tells the permissions of a plugin, and applies conditions to its resources, over HTTP. */
export function createPermissionsHandler(options: Options): Handler {
  return async (req, res, next) => {
    const route = findRoute(req);
    if (!route) return next();
    try {
      res.json(await route(req, res, options));
    } catch (error) {
      next(error);
    }
  };
}

// By hand: every request to the plugin passes here, and nearly none is for these two.
function findRoute({ method, path }: Request): Route | undefined {
  if (!path.startsWith(PREFIX)) return undefined;
  const name = path.slice(PREFIX.length).replace(/\/$/, '');
  if (name === 'metadata' && (method === 'GET' || method === 'HEAD')) return tellMetadata;
  if (name === 'apply-conditions' && method === 'POST') return apply;
  return undefined;
}

async function tellMetadata(_req: Request, _res: Response, { registered }: Options) {
  const rules = registered.rules.map(async (rule) => ({
    name: rule.name,
    description: rule.description,
    resourceType: rule.resourceType,
    paramsSchema: await describeParams(rule),
  }));
  return { permissions: registered.permissions, rules: await Promise.all(rules) };
}

async function apply(req: Request, res: Response, { registered, auth, httpAuth }: Options) {
  const credentials = await httpAuth.credentials(req, { allow: ['user', 'service'] });
  // Who sees whether conditions hold can find out about resources: that is for services only.
  if (auth.isPrincipal(credentials, 'user') && !credentials.principal.actor) {
    throw new NotAllowedError();
  }
  return applyConditions(await readJsonBody(req, res, BODY_LIMIT), registered);
}
