import { machine, versions } from './machine.mjs';

/**
 * Measures a promise on one Node: `{ setting, measured, figures }`, as it stands in `results/`.
 *
 * @param promise - from promises.mjs
 * @param options - `{ folder, rounds, node, quick }`
 */
export async function measurePromise(promise, { folder, rounds, node, quick }) {
  const start = performance.now();
  const measured = await promise.measure({ folder, rounds, node, quick });
  const seconds = Math.round((performance.now() - start) / 1000);
  const date = new Date().toISOString().slice(0, 10);
  const { major, version } = node;
  return {
    setting: {
      machine: machine(),
      versions: await versions(),
      node: { major, version },
      rounds,
      quick,
      date,
      seconds,
    },
    measured,
    figures: promise.figures(measured, { major, version }),
  };
}
