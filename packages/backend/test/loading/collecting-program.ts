// A program that is asked over HTTP while its garbage is collected; or, with the argument "once", one
// that collects, tells what that has freed, and ends.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectGarbage, collectGarbageWhenQuiet } from '../../src/loading/collect-garbage.js';

if (process.argv[2] === 'once') {
  const freed = new WeakRef({ text: 'free' });
  await new Promise((resolve) => setTimeout(resolve, 1));
  await collectGarbage();
  console.log(freed.deref() ? 'kept' : 'freed');
  // The watch begins, and holds up nothing.
  collectGarbageWhenQuiet();
} else {
  let collections = 0;
  const server = createServer((_, response) => response.end(String(collections)));
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
  collectGarbageWhenQuiet(async () => {
    await collectGarbage();
    collections += 1;
  });
}
