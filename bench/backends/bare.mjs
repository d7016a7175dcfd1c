// The limit: what Node itself takes to answer the readiness path.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  if (request.url === '/.backstage/health/v1/readiness') {
    response.setHeader('content-type', 'application/json');
    response.end('{"status":"ok"}');
  } else {
    response.writeHead(404).end();
  }
});
server.listen(Number(process.env.APP_CONFIG_backend_listen_port), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
