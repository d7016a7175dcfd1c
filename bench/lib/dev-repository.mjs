import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const installed = fileURLToPath(new URL('../../node_modules/@stagewire', import.meta.url));

/**
 * Makes a repository with a backend of plugins, each in a package of its own with a database:
 * `{ root, port, program, save(answer), remove() }`. What is saved is the answer of plugin `p0`.
 */
export async function createDevRepository(plugins) {
  const root = await mkdtemp(join(tmpdir(), 'stagewire-bench-dev-'));
  const port = await findFreePort();
  const ids = Array.from({ length: plugins }, (_, index) => `p${index}`);
  const files = {
    'package.json': json({ name: 'root', private: true, workspaces: ['packages/*', 'plugins/*'] }),
    'app-config.yaml': `backend:
  baseUrl: http://127.0.0.1:${port}
  listen: { host: 127.0.0.1, port: ${port} }
  auth: { dangerouslyDisableDefaultAuthPolicy: true }
`,
    'packages/backend/package.json': toManifest('backend', { role: 'backend' }),
    'packages/backend/src/index.ts': toProgram(ids),
    ...Object.assign({}, ...ids.map(toPlugin)),
  };
  for (const [path, text] of Object.entries(files)) await write(join(root, path), text);
  await link(installed, join(root, 'node_modules/@stagewire'));
  for (const id of ids) await link(join(root, `plugins/${id}`), join(root, `node_modules/${id}`));
  return {
    root,
    port,
    program: join(root, 'packages/backend/src/index.ts'),
    save: (answer) => writeFile(join(root, 'plugins/p0/src/answer.ts'), toAnswer(answer)),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

const json = (value) => JSON.stringify(value, undefined, 2);

const toAnswer = (answer) => `export const answer: string = '${answer}';\n`;

function toManifest(name, backstage) {
  const exports = { '.': './src/index.ts', './package.json': './package.json' };
  return json({ name, version: '0.0.0', type: 'module', exports, backstage });
}

function toProgram(ids) {
  return `import { createBackend } from '@stagewire/backend';
const backend = createBackend();
${ids.map((id) => `backend.add(import('${id}'));`).join('\n')}
await backend.start();
`;
}

/** It tells the heap, too: cleared of what is no longer used, where the process can do that. */
const toPlugin = (id) => ({
  [`plugins/${id}/package.json`]: toManifest(id, { role: 'backend-plugin', pluginId: id }),
  [`plugins/${id}/src/answer.ts`]: toAnswer('first'),
  [`plugins/${id}/src/index.ts`]: `import { coreServices, createBackendPlugin } from '@stagewire/plugin-api';
import { answer } from './answer.js';

export default createBackendPlugin({
  pluginId: '${id}',
  register(reg) {
    reg.registerInit({
      deps: { router: coreServices.httpRouter, database: coreServices.database },
      async init({ router, database }) {
        await (await database.getClient()).raw('select 1');
        router.use((request, response) => {
          if (request.path === '/answer') return response.json({ answer });
          (globalThis as { gc?(): void }).gc?.();
          response.json({ heap: process.memoryUsage().heapUsed });
        });
      },
    });
  },
});
`,
});

async function write(path, text) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function link(target, path) {
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path, 'dir');
}

async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
