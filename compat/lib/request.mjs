import { request as httpRequest } from 'node:http';

/**
 * Sends one request exactly as written and returns exactly what came back.
 *
 * @remarks
 * Not `fetch`: that follows redirects, unpacks bodies, mends paths and hides headers, and what it
 * hides is what two backends may differ in.
 *
 * @param url - origin, such as `http://127.0.0.1:7007`
 * @param options - `method` (default GET), `path`, `headers`, `body` (text)
 * @returns `{ status, headers, body }`; the body as latin1 text, so that no byte is lost
 */
export function request(url, { method = 'GET', path, headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const outgoing = httpRequest(
      { hostname, port, method, path, headers, agent: false, timeout: 15_000 },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('latin1'),
          }),
        );
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer: ${method} ${path}`)));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
