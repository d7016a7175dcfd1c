/**
 * Runs contestants in turn, round after round, so that a busy minute of the machine hits all alike;
 * each round begins with another one. A round before the first warms the file cache.
 *
 * @param ids - names of the contestants
 * @param options - `rounds`: how many count; `warmUp`: false leaves out the round before the first,
 *   for runs that warm up themselves
 * @param measureOne - called with an id, settles with what was measured
 * @returns `{ [id]: results in the order of the rounds }`
 */
export async function alternate(ids, { rounds, warmUp = true }, measureOne) {
  const results = Object.fromEntries(ids.map((id) => [id, []]));
  if (warmUp) for (const id of ids) await measureOne(id);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < ids.length; turn++) {
      const id = ids[(round + turn) % ids.length];
      results[id].push(await measureOne(id));
    }
  }
  return results;
}
