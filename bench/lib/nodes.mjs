import { installNode24 } from '../../scripts/node24.mjs';
import { readJson, repository } from '../../scripts/lib/workspace.mjs';
import { dirname, join } from 'node:path';

/** The versions of Node that figures are promised for. */
export const MAJORS = [20, 24];

/**
 * The Nodes to measure on: `{ major, version, path }` each.
 *
 * @remarks
 * Node 24 is the pinned one from npm, unless it is 24 that runs this. There is no pinned Node 20: it
 * is the one that runs this. A Node that is neither measures on itself, and is named in the results.
 *
 * @param wanted - `'20'`, `'24'`, `'both'`, or undefined for the Node that runs this
 * @throws when the wanted Node is not there
 */
export async function findNodes(wanted) {
  const own = toNode(process.version, process.execPath);
  if (wanted === undefined) return [own];
  if (wanted === 'both') {
    return own.major === 20 ? [own, await findNode24()] : [own];
  }
  if (!MAJORS.includes(Number(wanted))) {
    throw new Error(`--node ${wanted}: there are ${MAJORS.join(', ')} and both`);
  }
  if (Number(wanted) === own.major) return [own];
  if (wanted === '24') return [await findNode24()];
  throw new Error(`this is Node ${process.version}: start it with Node ${wanted}`);
}

async function findNode24() {
  const path = await installNode24(repository);
  if (!path) throw new Error(`npm has no Node 24 for ${process.platform}-${process.arch}`);
  return toNode(versionOf(path), path);
}

/** The binary lies in `bin/` of its npm package, which has the version of Node. */
function versionOf(path) {
  return `v${readJson(join(dirname(path), '..', 'package.json')).version}`;
}

function toNode(version, path) {
  return { major: Number(/\d+/.exec(version)[0]), version, path };
}
