// Starts one backend after the other, each with one mistake of the corpus and in its surroundings;
// whoever plans it gets one plan for each. Named by their places: MISTAKES=3,17
import { chdir, cwd, env } from 'node:process';
import { join } from 'node:path';
import { createMistakenBackend, mistakes } from './corpus.js';

const root = cwd();
const usualEnv = { ...env };
for (const place of (env.MISTAKES ?? '').split(',')) {
  const mistake = mistakes[Number(place)]!;
  chdir(join(root, place));
  process.env = { ...usualEnv, ...mistake.env };
  process.argv.splice(2, Infinity, ...(mistake.args ?? []));
  await createMistakenBackend([mistake], () => {}).start();
}
