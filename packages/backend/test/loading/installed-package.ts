import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with a `node_modules` of its own. */
export async function createInstall() {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'stagewire-loading-')));
  const program = createRequire(join(folder, 'index.js'));
  return {
    file: join(folder, 'node_modules/.cache/stagewire/test'),
    /** Writes a file below `node_modules`. */
    async write(path: string, text: string) {
      const target = join(folder, 'node_modules', path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
      return target;
    },
    removeFile: (path: string) => rm(join(folder, 'node_modules', path)),
    /** The `require` of a program in this folder. */
    program,
    /** Loads anew what is below this folder. */
    load(request: string) {
      for (const path of Object.keys(program.cache)) {
        if (path.startsWith(folder)) delete program.cache[path];
      }
      return program(request);
    },
    owns: (path: string) => path.startsWith(folder),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
