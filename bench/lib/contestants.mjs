import { fileURLToPath } from 'node:url';

/** Who is measured. Ratios are relative to `stock`. */
export const contestants = {
  stock: { label: 'stock backend', script: backend('stock') },
  stagewire: { label: 'Stagewire', script: backend('stagewire') },
  published: {
    label: 'Stagewire, plugins made with the published API',
    script: backend('stagewire-published'),
  },
  bare: { label: 'bare node:http', script: backend('bare') },
};

/** Stagewire with a plugin that uses one service; compared with itself, not with others. */
export const firstUse = { label: 'first use of a service', script: backend('first-use') };

function backend(name) {
  return fileURLToPath(new URL(`../backends/${name}.mjs`, import.meta.url));
}
