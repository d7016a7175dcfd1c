import { afterEach, describe, expect, it, vi } from 'vitest';
import { RemoteKeySet } from '../../src/auth/remote-key-set.js';
import { RemoteKeySets } from '../../src/auth/remote-key-sets.js';
import { serveLoopback } from '../support/loopback-server.js';
import { createIssuer, publishKeys } from './support.js';

const MINUTE = 60_000;

afterEach(() => {
  vi.useRealTimers();
});

const ask = (keySet: RemoteKeySet, keyId: string) => keySet.findKey({ keyId, algorithm: 'ES256' });

async function keySetOf(...issuers: ReturnType<typeof createIssuer>[]) {
  const published = await publishKeys(issuers.map(({ jwk }) => jwk));
  return { published, keySet: new RemoteKeySet(published.url) };
}

describe('a remote key set', () => {
  it('reads its keys on first use, once for all who ask', async () => {
    const issuer = createIssuer();
    const { published, keySet } = await keySetOf(issuer);
    expect(published.requests).toBe(0);

    const keys = await Promise.all(Array.from({ length: 20 }, () => ask(keySet, issuer.kid)));

    expect(keys.every((key) => key.equals(issuer.publicKey))).toBe(true);
    expect(published.requests).toBe(1);
  });

  it('[AUTH-15] reads again for a key it does not know, so a new key serves at once', async () => {
    const [before, after] = [createIssuer(), createIssuer()];
    const { published, keySet } = await keySetOf(before);
    await ask(keySet, before.kid);
    published.keys = [before.jwk, after.jwk];

    await Promise.all(Array.from({ length: 20 }, () => ask(keySet, after.kid)));

    expect(published.requests).toBe(2);
  });

  it('[AUTH-15] reads at most 10 times a minute for keys that do not exist', async () => {
    const issuer = createIssuer();
    const { published, keySet } = await keySetOf(issuer);
    await ask(keySet, issuer.kid);

    for (let attempt = 0; attempt < 50; attempt += 1) {
      await expect(ask(keySet, `made-up-${attempt}`)).rejects.toMatchObject({
        reason: 'unknown_key',
      });
    }

    expect(published.requests).toBe(1 + 10);
  });

  it('[AUTH-15] reads for an unknown key again once the minute is over', async () => {
    const [before, after] = [createIssuer(), createIssuer()];
    const { published, keySet } = await keySetOf(before);
    vi.useFakeTimers({ toFake: ['Date'] });
    for (let attempt = 0; attempt < 20; attempt += 1) await ask(keySet, 'made-up').catch(() => {});
    published.keys = [after.jwk];
    await expect(ask(keySet, after.kid)).rejects.toMatchObject({ reason: 'unknown_key' });

    vi.setSystemTime(Date.now() + MINUTE);

    await expect(ask(keySet, after.kid)).resolves.toBeDefined();
  });

  it('[AUTH-15] is not kept from a new key by made-up ones for longer than 30 s', async () => {
    const [before, after] = [createIssuer(), createIssuer()];
    const { published, keySet } = await keySetOf(before);
    vi.useFakeTimers({ toFake: ['Date'] });
    for (let attempt = 0; attempt < 20; attempt += 1) await ask(keySet, 'made-up').catch(() => {});
    published.keys = [after.jwk];

    vi.setSystemTime(Date.now() + MINUTE / 2);

    await expect(ask(keySet, after.kid)).resolves.toBeDefined();
  });

  it('does not miss a key that was published while an answer was on its way', async () => {
    const [before, after] = [createIssuer(), createIssuer()];
    const { published, keySet } = await keySetOf(before);
    const early = ask(keySet, before.kid);
    await vi.waitFor(() => expect(published.requests).toBe(1), { interval: 1 });
    published.keys = [before.jwk, after.jwk];

    await Promise.all([early, ask(keySet, after.kid)]);
  });

  it('reads its keys anew every ten minutes, and drops those that were withdrawn', async () => {
    const [before, after] = [createIssuer(), createIssuer()];
    const { published, keySet } = await keySetOf(before);
    vi.useFakeTimers({ toFake: ['Date'] });
    await ask(keySet, before.kid);
    published.keys = [after.jwk];
    vi.setSystemTime(Date.now() + 10 * MINUTE - 1);
    await ask(keySet, before.kid);

    vi.setSystemTime(Date.now() + 1);

    await expect(ask(keySet, before.kid)).rejects.toMatchObject({ reason: 'unknown_key' });
  });

  it('goes on with the keys it has for an hour while their publisher is away', async () => {
    const issuer = createIssuer();
    const { published, keySet } = await keySetOf(issuer);
    vi.useFakeTimers({ toFake: ['Date'] });
    await ask(keySet, issuer.kid);
    published.status = 503;

    vi.setSystemTime(Date.now() + 59 * MINUTE);
    await ask(keySet, issuer.kid);
    await ask(keySet, issuer.kid);
    expect(published.requests).toBe(2);

    vi.setSystemTime(Date.now() + MINUTE);
    await expect(ask(keySet, issuer.kid)).rejects.toMatchObject({ reason: 'keys_unavailable' });
    published.status = 200;
    await expect(ask(keySet, issuer.kid)).resolves.toBeDefined();
  });

  it.each([
    ['a list', []],
    ['nothing', 'null'],
    ['keys that are no list', { keys: {} }],
  ])('refuses an answer of %s', async (_title, answer) => {
    const { published, keySet } = await keySetOf();
    published.answer = answer;

    await expect(ask(keySet, 'a')).rejects.toMatchObject({ reason: 'keys_unavailable' });
  });

  it('leaves out what are not public keys for signatures, and keeps the others', async () => {
    const issuer = createIssuer();
    const { published, keySet } = await keySetOf(issuer);
    published.keys = [
      null,
      'text',
      { kty: 'oct', k: 'c2VjcmV0', kid: 'secret', alg: 'HS256' },
      { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'broken' },
      { ...createIssuer().jwk, kid: 'encrypts', use: 'enc' },
      { ...issuer.jwk, kid: 'right', use: 'sig' },
    ] as never;

    await expect(ask(keySet, 'right')).resolves.toBeDefined();
    for (const kid of ['secret', 'broken', 'encrypts']) {
      await expect(ask(keySet, kid)).rejects.toMatchObject({ reason: 'unknown_key' });
    }
  });

  it('gives a key only for its own algorithm', async () => {
    const [curve, rsa] = [createIssuer('ES256'), createIssuer('RS256')];
    const { published, keySet } = await keySetOf(curve, rsa);
    const { alg: _alg, ...withoutAlgorithm } = curve.jwk;
    published.keys = [withoutAlgorithm, rsa.jwk];
    const find = (keyId: string, algorithm: string) => keySet.findKey({ keyId, algorithm });

    await expect(find(curve.kid, 'RS256')).rejects.toMatchObject({ reason: 'unknown_key' });
    await expect(find(rsa.kid, 'PS256')).rejects.toMatchObject({ reason: 'unknown_key' });
    await expect(find(curve.kid, 'ES256')).resolves.toBeDefined();
    await expect(find(rsa.kid, 'RS256')).resolves.toBeDefined();
  });

  it('takes a token that names no key for that of the only key, if there is just one', async () => {
    const [one, two] = [createIssuer(), createIssuer()];
    const { keySet: single } = await keySetOf(one);
    const { keySet: several } = await keySetOf(one, two);
    const request = { keyId: undefined, algorithm: 'ES256' };

    await expect(single.findKey(request)).resolves.toBeDefined();
    await expect(several.findKey(request)).rejects.toMatchObject({ reason: 'unknown_key' });
  });

  it('does not follow to other places', async () => {
    const issuer = createIssuer();
    const target = await publishKeys([issuer.jwk]);
    const { url } = await serveLoopback((_req, res) => {
      res.writeHead(302, { location: target.url }).end();
    });

    const key = ask(new RemoteKeySet(url), issuer.kid);

    await expect(key).rejects.toMatchObject({ reason: 'source_without_keys' });
    expect(target.requests).toBe(0);
  });
});

describe('remote key sets', () => {
  it('share the keys of one URL, and keep those of another apart', async () => {
    const [one, two] = [createIssuer(), createIssuer()];
    const [first, second] = [await publishKeys([one.jwk]), await publishKeys([two.jwk])];
    const keySets = new RemoteKeySets();
    const find = (url: string, keyId: string) =>
      keySets.use(url, (keySet) => keySet.findKey({ keyId, algorithm: 'ES256' }));

    await Promise.all([
      find(first.url, one.kid),
      find(first.url, one.kid),
      find(second.url, two.kid),
    ]);
    await find(first.url, one.kid);

    expect([first.requests, second.requests]).toEqual([1, 1]);
    await expect(find(first.url, two.kid)).rejects.toMatchObject({ reason: 'unknown_key' });
  });

  it('ask a URL that never answered anew each time', async () => {
    const published = await publishKeys([]);
    published.status = 404;
    const keySets = new RemoteKeySets();
    const find = () =>
      keySets.use(published.url, (keySet) => keySet.findKey({ keyId: 'a', algorithm: 'ES256' }));

    await Promise.all([find(), find()].map((found) => found.catch(() => {})));
    await find().catch(() => {});

    expect(published.requests).toBe(2);
  });

  it('are not pushed out by URLs that never answered', async () => {
    const issuer = createIssuer();
    const [answering, silent] = [await publishKeys([issuer.jwk]), await publishKeys([])];
    silent.status = 404;
    const keySets = new RemoteKeySets(1);
    const find = (url: string) =>
      keySets.use(url, (keySet) => keySet.findKey({ keyId: issuer.kid, algorithm: 'ES256' }));
    await find(answering.url);

    await expect(find(silent.url)).rejects.toThrow();
    await find(answering.url);

    expect(answering.requests).toBe(1);
  });
});
