// What of a package can be imported, and how the build divides it into files.

const sourceCondition = '@stagewire/source';

/** The sources that a package exports, by the names of what is built from them. */
export function entriesOf({ exports }) {
  const sources = Object.values(exports).map((target) => target[sourceCondition]);
  return Object.fromEntries(sources.filter(Boolean).map((source) => [toName(source), source]));
}

/**
 * All that some entry loads at once is one file; each choice of entries would else have files of its
 * own. The entries of a command are programs, which run when they are loaded: they keep what is
 * theirs alone.
 */
export function shareParts(manifest) {
  if (Object.keys(entriesOf(manifest)).length < 2) return {};
  const shared = { name: 'shared', tags: ['$initial'], minShareCount: manifest.bin ? 2 : 1 };
  return { codeSplitting: { groups: [shared] } };
}

/** `./src/test-utils.ts` is built as `test-utils`. */
const toName = (source) => source.replace(/^\.\/src\//, '').replace(/\.ts$/, '');
