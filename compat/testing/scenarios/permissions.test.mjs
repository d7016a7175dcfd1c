import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { NotAllowedError } from '@backstage/errors';
import {
  AuthorizeResult,
  createPermission,
  isResourcePermission,
} from '@backstage/plugin-permission-common';
import Router from 'express-promise-router';
import request from 'supertest';

const readPermission = createPermission({
  name: 'todo.read',
  attributes: { action: 'read' },
  resourceType: 'todo',
});

const plugin = createBackendPlugin({
  pluginId: 'guarded',
  register(env) {
    env.registerInit({
      deps: {
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        permissions: coreServices.permissions,
      },
      async init({ httpAuth, httpRouter, permissions }) {
        const router = Router();
        router.get('/list', async (req, res) => {
          const credentials = await httpAuth.credentials(req);
          const [decision] = await permissions.authorizeConditional(
            [{ permission: readPermission }],
            { credentials },
          );
          if (decision.result === AuthorizeResult.DENY) throw new NotAllowedError('Not for you');
          res.json(decision.result === AuthorizeResult.CONDITIONAL ? decision.conditions : 'all');
        });
        httpRouter.use(router);
      },
    });
  },
});

describe('a plugin that asks for permission', () => {
  it('shows all when permissions are off', async () => {
    const { server } = await startTestBackend({ features: [plugin] });

    const answer = await request(server).get('/api/guarded/list');

    expect(answer.body).toBe('all');
    expect(isResourcePermission(readPermission, 'todo')).toBe(true);
  });

  it('refuses what the test denies', async () => {
    const { server } = await startTestBackend({
      features: [plugin, mockServices.permissions.factory({ result: AuthorizeResult.DENY })],
    });

    const answer = await request(server).get('/api/guarded/list');

    expect(answer.status).toBe(403);
    expect(answer.body.error).toMatchObject({ name: 'NotAllowedError', message: 'Not for you' });
  });

  it('filters by the conditions of a mock', async () => {
    const conditions = { rule: 'IS_OWNER', resourceType: 'todo', params: { owner: 'jane' } };
    const permissions = mockServices.permissions.mock();
    permissions.authorizeConditional.mockResolvedValue([
      {
        result: AuthorizeResult.CONDITIONAL,
        pluginId: 'guarded',
        resourceType: 'todo',
        conditions,
      },
    ]);
    const { server } = await startTestBackend({ features: [plugin, permissions.factory] });

    const answer = await request(server)
      .get('/api/guarded/list')
      .set('Authorization', mockCredentials.user.header('user:default/jane'));

    expect(answer.body).toEqual(conditions);
    expect(permissions.authorizeConditional).toHaveBeenCalledWith(
      [{ permission: readPermission }],
      { credentials: mockCredentials.user('user:default/jane') },
    );
  });

  it('has its own answer for each call of a mock', async () => {
    const permissions = mockServices.permissions.mock({
      authorizeConditional: async () => [{ result: AuthorizeResult.ALLOW }],
    });
    permissions.authorizeConditional.mockResolvedValueOnce([{ result: AuthorizeResult.DENY }]);
    const { server } = await startTestBackend({ features: [plugin, permissions.factory] });

    expect((await request(server).get('/api/guarded/list')).status).toBe(403);
    expect((await request(server).get('/api/guarded/list')).status).toBe(200);
    expect(permissions.authorizeConditional).toHaveBeenCalledTimes(2);
  });

  it('stands by itself with a fake', async () => {
    const permissions = mockServices.permissions({ result: AuthorizeResult.ALLOW });

    const decisions = await permissions.authorize(
      [{ permission: readPermission, resourceRef: 'todo:1' }],
      { credentials: mockCredentials.user() },
    );

    expect(decisions).toMatchObject([{ result: AuthorizeResult.ALLOW }]);
  });
});
