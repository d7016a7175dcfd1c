import { readFile, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { withLoaded } from './load-backends.mjs';

const probe = fileURLToPath(new URL('load-probe.mjs', import.meta.url));

/** How long a look inside may take: collecting garbage waits for its turn. */
const LIMIT_MS = 20_000;

/**
 * As `withLoaded`, with a look inside: `use` gets `ask()` beside what it always gets, which settles
 * with what load-probe.mjs answers.
 *
 * @param kind - `'heap'` or `'profile'`
 */
export function withProbed(id, kind, options, use) {
  const file = join(options.folder, `probe-${randomUUID()}.json`);
  return withLoaded(
    id,
    {
      ...options,
      nodeOptions: [...(options.nodeOptions ?? []), '--import', probe],
      env: { ...options.env, BENCH_PROBE: kind, BENCH_PROBE_FILE: file },
    },
    (backend) => use({ ...backend, ask: () => ask(backend.pid, file) }),
  );
}

async function ask(pid, file) {
  process.kill(pid, 'SIGUSR2');
  const limit = performance.now() + LIMIT_MS;
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) {
      await rm(file);
      return JSON.parse(text);
    }
    if (performance.now() > limit)
      throw new Error('the backend does not let itself be looked into');
    await wait(20);
  }
}
