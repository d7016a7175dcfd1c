// The process that a test starts: the index.js of an integrator, plus a line to its parent.
import { journal } from '../features/journal.mjs';

const packages = { stock: '@backstage/backend-defaults', stagewire: '@stagewire/backend' };
const { COMPAT_BACKEND, COMPAT_FEATURES, COMPAT_OPTIONS } = process.env;

const { createBackend } = await import(packages[COMPAT_BACKEND]);
const { createFeatures } = await import(`../features/${COMPAT_FEATURES}`);

const backend = createBackend();
for (const feature of await createFeatures(JSON.parse(COMPAT_OPTIONS))) backend.add(feature);

let stopping = false;
process.on('message', async (message) => {
  if (message === 'journal') process.send({ kind: 'journal', journal });
  if (message === 'stop') {
    stopping = true;
    await backend.stop();
    // Once it hung up on us, nothing of ours is left that could keep this process alive.
    process.send({ kind: 'stopped', journal }, () => process.disconnect());
  }
});
// A test run that was ended must not leave its backends behind.
process.once('disconnect', () => stopping || process.exit(3));

await backend.start().then(
  () => process.send({ kind: 'started' }),
  (error) => process.send({ kind: 'started', failed: String(error?.stack ?? error) }),
);
