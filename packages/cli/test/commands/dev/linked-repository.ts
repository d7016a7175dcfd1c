import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeRepository, type TempRepository } from '../../temp-repository.js';

/** The packages that a temporary repository shares with this one. */
const INSTALLED = fileURLToPath(new URL('../../../../../node_modules/', import.meta.url));

/** A repository whose backend can run. */
export type LinkedRepository = TempRepository & { port: number };

/** Makes a repository with packages that are installed, its own among them. */
export async function makeLinkedRepository(
  files: Record<string, unknown>,
): Promise<LinkedRepository> {
  const port = await findFreePort();
  const repository = makeRepository({
    'package.json': { name: 'root', private: true, workspaces: ['packages/*', 'plugins/*'] },
    'app-config.yaml': toConfig(port),
    ...files,
  });
  for (const name of ['@stagewire', '@backstage']) {
    repository.link(`node_modules/${name}`, join(INSTALLED, name));
  }
  for (const [path, content] of Object.entries(files)) {
    const { name } = content as { name?: string };
    if (path.endsWith('/package.json') && name !== undefined) {
      repository.link(`node_modules/${name}`, join(repository.root, dirname(path)));
    }
  }
  return Object.assign(repository, { port });
}

/** Configuration that lets anybody call a backend on a port of this machine. */
function toConfig(port: number): string {
  return `backend:
  baseUrl: http://127.0.0.1:${port}
  listen: { host: 127.0.0.1, port: ${port} }
  auth: { dangerouslyDisableDefaultAuthPolicy: true }
`;
}

/** A port of this machine that nobody listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
