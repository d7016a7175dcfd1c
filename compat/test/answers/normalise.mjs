import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

/** Headers of the connection and of the clock; everything else is compared. */
const notCompared = new Set(['date', 'connection', 'keep-alive']);

const derivedFromBody = ['header etag', 'header content-length'];

/** What no two processes share, wherever it stands in a body or header. */
const masks = [
  [/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '<token>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<ISO time>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d/g, '<ISO time with offset>'],
  [/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, '<HTTP time>'],
  [/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '<uuid>'],
  [/logId=[\da-f]{20}/g, 'logId=<id>'],
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>'],
  [/127\.0\.0\.1%3A\d+/g, '127.0.0.1%3A<port>'],
  [/"(x|y)":"[\w-]{43}"/g, '"$1":"<coordinate>"'],
  [/"etag":"[\da-f]{40}"/g, '"etag":"<sha1>"'],
  [/"exp":\d{10}/g, '"exp":<seconds>'],
  [/"expiresInSeconds":(3599|3600)\b/g, '"expiresInSeconds":<an hour>'],
  [/-nonce=[\w%]+/g, '-nonce=<nonce>'],
  [/state=[\da-f]{40,}/g, 'state=<nonce and more>'],
];

/**
 * Reduces an answer to what two backends must agree on.
 *
 * @returns a flat record: `status`, `body`, and `header <name>` for each header
 */
export function normalise({ status, headers, body }) {
  const text = decoded(body, headers['content-encoding']);
  const record = { status, body: masked(text) };
  for (const [name, value] of Object.entries(headers)) {
    if (!notCompared.has(name)) record[`header ${name}`] = masked([value].flat().join('\n'));
  }
  if (record.body !== text) {
    for (const derived of derivedFromBody) {
      if (derived in record) record[derived] = '<of this body>';
    }
  }
  return record;
}

/**
 * Lists what differs, one row per field.
 *
 * @remarks
 * Length and etag of a body that differs follow from it and get no rows of their own.
 *
 * @param reference - answers by request name
 * @param answers - answers of the backend that is compared with it
 */
export function differences(reference, answers) {
  return [...reference].flatMap(([request, expected]) => {
    const actual = answers.get(request);
    const follows = expected.body === actual.body ? [] : derivedFromBody;
    return [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
      .filter((field) => expected[field] !== actual[field] && !follows.includes(field))
      .map((field) => ({ request, field, stock: expected[field], stagewire: actual[field] }));
  });
}

function masked(text) {
  return masks.reduce((masking, [pattern, mask]) => masking.replace(pattern, mask), text);
}

/** Compressed bytes may differ with the compressor's settings; what they hold may not. */
function decoded(body, encoding) {
  const decoder = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync }[encoding];
  return decoder && body ? decoder(Buffer.from(body, 'latin1')).toString('latin1') : body;
}
