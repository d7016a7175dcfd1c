import { once } from 'node:events';
import { get, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { RequestsInProgress } from '../../src/http/requests-in-progress.js';
import { serveLoopback } from '../support/loopback-server.js';

/** A request that the server has, and what its client gets. */
async function begin() {
  let received: (res: ServerResponse) => void;
  const response = new Promise<ServerResponse>((resolve) => (received = resolve));
  const { url } = await serveLoopback((_req, res) => received(res));
  const request = get(url, { agent: false });
  const outcome = Promise.race([
    once(request, 'response').then(([res]: IncomingMessage[]) => res!.resume().statusCode),
    once(request, 'error').then(() => 'cut off'),
  ]).catch(() => 'cut off');
  return { response: await response, outcome };
}

describe('requests in progress', () => {
  it('are none where there are none', async () => {
    const requests = new RequestsInProgress();

    await requests.answered;
    requests.cutOff();
  });

  it('are answered when the last one is', async () => {
    const { response, outcome } = await begin();
    const requests = new RequestsInProgress([response]);
    let isAnswered = false;
    void requests.answered.then(() => (isAnswered = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isAnswered).toBe(false);

    response.end();
    await requests.answered;

    expect(await outcome).toBe(200);
  });

  it('are not waited for where they are event streams, and can be cut off', async () => {
    const { response, outcome } = await begin();
    response.setHeader('content-type', 'text/event-stream');
    const requests = new RequestsInProgress([response]);

    await requests.answered;
    requests.cutOff();

    expect(await outcome).toBe('cut off');
  });
});
