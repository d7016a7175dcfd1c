import { startBackend } from '../../lib/start-backend.mjs';
import { normalise } from './normalise.mjs';
import { requests } from './requests.mjs';

/**
 * Starts a backend with the answering features, sends every request, and stops it.
 *
 * @param options - `on`: backend; `line`: plugin API that the features are made with
 * @returns normalised answers by request name, in the order of the requests
 */
export async function collectAnswers({ on, line }) {
  const backend = await startBackend({ on, features: 'answers/features.mjs', options: { line } });
  try {
    const answers = new Map();
    for (const { name, ...sent } of requests(await collectTokens(backend))) {
      if (answers.has(name)) throw new Error(`two requests are called '${name}'`);
      answers.set(name, normalise(await answerOf(backend, sent)));
    }
    return answers;
  } finally {
    await backend.terminate();
  }
}

/** A connection that is dropped is an answer too, and may not hide the others. */
async function answerOf(backend, sent) {
  try {
    return await backend.request(sent);
  } catch (error) {
    return { status: 0, headers: {}, body: String(error) };
  }
}

async function collectTokens(backend) {
  const tokens = { static: 'compat-static-token', restricted: 'compat-restricted-token' };
  const kinds = [
    'user',
    'user-without-ownership',
    'expired',
    'without-proof',
    'of-unknown-type',
    'legacy-user',
  ];
  for (const kind of kinds) {
    tokens[kind] = (await backend.request(`/api/auth/mint/${kind}`)).body;
  }
  const [header, payload, signature] = tokens.user.split('.');
  tokens.tampered = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;

  const issued = await backend.request({
    path: '/api/answers/.backstage/auth/v1/cookie',
    headers: { authorization: `Bearer ${tokens.user}` },
  });
  tokens.limited = /backstage-auth=([^;]+)/.exec(issued.headers['set-cookie']?.[0])?.[1];
  if (!tokens.limited) throw new Error(`no cookie was issued: ${issued.status} ${issued.body}`);
  return tokens;
}
