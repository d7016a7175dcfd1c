import { ConfigReader } from '@stagewire/config';
import type { RequestHandler } from 'express';
import { createRequire } from 'node:module';
import { HTTP_SERVER, MOUNT_PLUGIN } from '../../src/http/plugin-mount.js';
import { createRootHttpRouter } from '../../src/root-http-router/create-root-http-router.js';
import type { RootHttpServer } from '../../src/root-http-router/http-server.js';

/** Tells on stdout which of the heavy libraries are loaded after each step. */
const { cache } = createRequire(import.meta.url);
const WATCHED = [
  'express',
  'compression',
  'cors',
  'minimatch',
  'express-rate-limit',
  'rate-limit-redis',
  '@redis/client',
  'selfsigned',
];

function loaded(): string[] {
  const files = Object.keys(cache);
  return WATCHED.filter((name) =>
    files.some((file) => file.includes(`node_modules/${name}/`)),
  ).sort();
}

const silent = { error() {}, warn() {}, info() {}, debug() {}, child: () => silent };
const lifecycle = { addStartupHook() {}, addShutdownHook() {}, addBeforeShutdownHook() {} };
const health = {
  getLiveness: async () => ({ status: 200, payload: 'ok' }),
  getReadiness: async () => ({ status: 200, payload: 'ok' }),
};
const config = new ConfigReader({ backend: { listen: '127.0.0.1:0' } });
const steps: Record<string, string[]> = {};

const router = await createRootHttpRouter({ config, logger: silent, lifecycle, health }, {});
const server = router[HTTP_SERVER] as RootHttpServer;
const base = `http://127.0.0.1:${server.port()}`;
const plain = { headers: { 'accept-encoding': 'identity' } };
steps['at start'] = loaded();

await fetch(`${base}/.backstage/health/v1/liveness`, plain);
await fetch(`${base}/api/none`, plain);
steps['after health and 404'] = loaded();

const handler: RequestHandler = (_req, res) => void res.json({});
router[MOUNT_PLUGIN]('x', handler);
steps['after a plugin was mounted'] = loaded();

await fetch(`${base}/api/x`, plain);
steps['after a request to the plugin'] = loaded();

await fetch(`${base}/api/x`, { headers: { 'accept-encoding': 'gzip' } });
steps['after a request that accepts gzip'] = loaded();

await server.stop();
console.log(JSON.stringify(steps));
