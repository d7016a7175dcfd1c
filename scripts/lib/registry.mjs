// A registry on loopback for a handful of tarballs, for what installs them as users do.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * Serves packages from their tarballs, on a free port: `{ url, close }`. It knows
 * no others, so it has to be the registry of one scope.
 */
export async function startRegistry(tarballs) {
  const packages = tarballs.map(readTarball);
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url);
    const tarball = packages.find(({ file }) => path === `/-/${file}`);
    const named = packages.filter(({ manifest }) => path === `/${manifest.name}`);
    // The next run may have the same port, and other contents of the same version.
    response.setHeader('cache-control', 'no-store');
    if (tarball) return void response.end(tarball.bytes);
    if (named.length === 0) return void response.writeHead(404).end('{}');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(toPackument(named, `http://${request.headers.host}`)));
  });
  await new Promise((settle) => server.listen(0, '127.0.0.1', settle));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    },
  };
}

function toPackument(versions, url) {
  const [{ manifest }] = versions;
  return {
    name: manifest.name,
    'dist-tags': { latest: versions.at(-1).manifest.version },
    versions: Object.fromEntries(
      versions.map(({ manifest: one, file, integrity }) => [
        one.version,
        { ...one, dist: { tarball: `${url}/-/${file}`, integrity } },
      ]),
    ),
  };
}

function readTarball(path) {
  const bytes = readFileSync(path);
  return {
    file: basename(path),
    bytes,
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    manifest: JSON.parse(readEntry(gunzipSync(bytes), 'package/package.json')),
  };
}

/** The text of a file in a tar archive, whose blocks have 512 bytes. */
function readEntry(archive, wanted) {
  for (let at = 0; at < archive.length;) {
    const name = archive.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(archive.toString('utf8', at + 124, at + 136), 8) || 0;
    if (name === wanted) return archive.toString('utf8', at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`there is no ${wanted} in the archive`);
}
