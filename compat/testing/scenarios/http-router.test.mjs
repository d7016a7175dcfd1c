import { mockCredentials, startTestBackend } from '@backstage/backend-test-utils';
import request from 'supertest';
import { todoPlugin } from '../plugins/todo.mjs';

describe('routes of a plugin', () => {
  it('are served to the default user, who is a mock', async () => {
    const { server } = await startTestBackend({ features: [todoPlugin] });

    const created = await request(server).post('/api/todo/items').send({ title: 'Rest' });
    const listed = await request(server).get('/api/todo/items');

    expect(created.status).toBe(201);
    expect(listed.body).toEqual({ items: [{ title: 'Rest', owner: 'user:default/mock' }] });
  });

  it('know the user of a header', async () => {
    const { server } = await startTestBackend({ features: [todoPlugin] });

    await request(server)
      .post('/api/todo/items')
      .set('Authorization', mockCredentials.user.header('user:default/jane'))
      .send({ title: 'Rest' })
      .expect(201);

    const { body } = await request(server).get('/api/todo/items');
    expect(body.items).toEqual([{ title: 'Rest', owner: 'user:default/jane' }]);
  });

  it('refuse services where users are wanted, bad tokens, and nobody', async () => {
    const { server } = await startTestBackend({ features: [todoPlugin] });
    const post = (header) =>
      request(server).post('/api/todo/items').set('Authorization', header).send({ title: 'Rest' });

    expect((await post(mockCredentials.service.header())).status).toBe(403);
    expect((await post(mockCredentials.user.invalidHeader())).status).toBe(401);
    expect((await post(mockCredentials.none.header())).status).toBe(401);
  });

  it('may be open to all', async () => {
    const { server } = await startTestBackend({ features: [todoPlugin] });

    const answer = await request(server)
      .get('/api/todo/about')
      .set('Authorization', mockCredentials.none.header());

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ name: 'todo' });
  });

  it('answer errors with the body of the ecosystem', async () => {
    const { server } = await startTestBackend({ features: [todoPlugin] });

    const bad = await request(server).post('/api/todo/items').send({});
    const missing = await request(server).get('/api/todo/items/9');
    const nobody = await request(server).get('/api/unknown');

    expect(bad.status).toBe(400);
    expect(bad.body.error).toMatchObject({ name: 'InputError', message: 'A title is needed' });
    expect(missing.status).toBe(404);
    expect(missing.body).toMatchObject({
      error: { name: 'NotFoundError', message: 'There is no item 9' },
      request: { method: 'GET' },
      response: { statusCode: 404 },
    });
    expect(nobody.status).toBe(404);
  });

  it('are reached through the port as well', async () => {
    const { server } = await startTestBackend({ features: [todoPlugin] });

    const answer = await fetch(`http://localhost:${server.port()}/api/todo/about`);

    expect(server.address().port).toBe(server.port());
    expect(await answer.json()).toEqual({ name: 'todo' });
  });

  it('have health beside them', async () => {
    const { server } = await startTestBackend({ features: [todoPlugin] });

    const answer = await request(server).get('/.backstage/health/v1/readiness');

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'ok' });
  });
});
