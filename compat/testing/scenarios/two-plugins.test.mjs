import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { mockCredentials, startTestBackend } from '@backstage/backend-test-utils';
import Router from 'express-promise-router';
import request from 'supertest';
import { todoPlugin } from '../plugins/todo.mjs';

/** Asks the other plugin over the wire, in the name of the user. */
const reportPlugin = createBackendPlugin({
  pluginId: 'report',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        discovery: coreServices.discovery,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
      },
      async init({ auth, discovery, httpAuth, httpRouter }) {
        const router = Router();
        router.post('/todo', async (req, res) => {
          const { token } = await auth.getPluginRequestToken({
            onBehalfOf: await httpAuth.credentials(req),
            targetPluginId: 'todo',
          });
          const answer = await fetch(`${await discovery.getBaseUrl('todo')}/items`, {
            method: 'POST',
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            body: JSON.stringify({ title: 'Report' }),
          });
          res.status(answer.status).json(await answer.json());
        });
        httpRouter.use(router);
      },
    });
  },
});

describe('two plugins', () => {
  it('call each other in the name of the user', async () => {
    const { server } = await startTestBackend({ features: [todoPlugin, reportPlugin] });

    const answer = await request(server)
      .post('/api/report/todo')
      .set('Authorization', mockCredentials.user.header('user:default/jane'));

    expect(answer.status).toBe(201);
    const { body } = await request(server).get('/api/todo/items');
    expect(body.items).toEqual([{ title: 'Report', owner: 'user:default/jane' }]);
  });

  it('find themselves where the server listens', async () => {
    let urls;
    const plugin = createBackendPlugin({
      pluginId: 'finder',
      register(env) {
        env.registerInit({
          deps: { discovery: coreServices.discovery },
          async init({ discovery }) {
            urls = [
              await discovery.getBaseUrl('finder'),
              await discovery.getExternalBaseUrl('todo'),
            ];
          },
        });
      },
    });

    const { server } = await startTestBackend({ features: [plugin] });

    expect(urls).toEqual([
      `http://localhost:${server.port()}/api/finder`,
      `http://localhost:${server.port()}/api/todo`,
    ]);
  });
});
