import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { askAtRate } from '../../bench/lib/load-at-rate.mjs';
import { packageOf, requestPartOf, startPartOf } from '../../bench/lib/profile-parts.mjs';
import { trend } from '../../bench/lib/statistics.mjs';

describe('load at a rate', { timeout: 30_000 }, () => {
  it('asks as often as it should, and tells how long that took', async () => {
    const outcome = await underLoad((_request, response) => response.end('fine'));

    assert.equal(outcome.failures, undefined);
    assert.deepEqual([outcome.requests, outcome.seconds], [300, 1.5]);
    assert.ok(outcome.p50 <= outcome.p99);
  });

  it('counts the wait of requests that were due while the server stood still', async () => {
    let count = 0;
    const outcome = await underLoad((_request, response) => {
      // A fifth of the requests is due in this time, on the one connection that waits.
      const waits = ++count === 200 ? 200 : 0;
      const end = performance.now() + waits;
      while (performance.now() < end);
      response.end('fine');
    });

    assert.ok(outcome.p99 >= 150, `p99 ${outcome.p99} ms`);
  });

  it('fails when an answer has another body, or none of 2xx', async () => {
    const other = await underLoad((_request, response) => response.end('other'));
    const broken = await underLoad((_request, response) => {
      response.statusCode = 503;
      response.end('fine');
    });

    assert.match(other.failures, /other/);
    assert.match(broken.failures, /503/);
  });
});

describe('a place in a CPU profile', () => {
  const request = { functionName: 'run', url: 'file:///r/packages/services/src/auth/tokens.ts' };

  it('belongs to a part of a request', () => {
    assert.equal(requestPartOf(request), 'auth');
    assert.equal(partOf('writev', ''), 'native');
    assert.equal(partOf('(garbage collector)', ''), 'garbage');
    assert.equal(partOf('onParserExecute', 'node:_http_server'), 'nodeHttp');
    assert.equal(partOf('next', 'file:///r/node_modules/express/lib/router/index.js'), 'framework');
    assert.equal(partOf('write', 'file:///r/node_modules/winston/lib/logger.js'), 'log');
    assert.equal(partOf('handler', 'file:///app/plugin.js'), 'rest');
    assert.equal(partOf('(idle)', ''), undefined);
  });

  it('belongs to a part of a start', () => {
    assert.equal(startPartOf(request), 'framework');
    assert.equal(
      startPartOf({ functionName: 'wrapSafe', url: 'node:internal/modules/cjs/loader' }),
      'modules',
    );
    assert.equal(
      startPartOf({ functionName: 'parse', url: 'file:///r/node_modules/yaml/dist/index.js' }),
      'packages',
    );
  });

  it('belongs to the innermost package', () => {
    const url = 'file:///r/node_modules/a/node_modules/@b/c/index.js';

    assert.equal(packageOf({ functionName: 'run', url }), '@b/c');
    assert.equal(packageOf(request), '@stagewire/services, auth');
  });
});

describe('a trend', () => {
  it('is the slope of the line that fits best, and how sure that is', () => {
    assert.deepEqual(
      trend([
        [0, 1],
        [1, 3],
        [2, 5],
      ]),
      { slope: 2, error: 0 },
    );
    const { slope, error } = trend([
      [0, 0],
      [1, 4],
      [2, 0],
    ]);
    assert.equal(slope, 0);
    assert.ok(error > 1);
  });
});

/** 200 requests per second, over one connection. */
async function underLoad(handler) {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}/`;
  try {
    return await askAtRate({
      url,
      expect: 'fine',
      connections: 1,
      duration: 1,
      rate: 200,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const partOf = (functionName, url) => requestPartOf({ functionName, url });
