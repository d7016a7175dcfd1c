// The libraries that the API tools stand on, all of them brought by API Extractor: its TypeScript
// has the programming interface that ours, which is newer, has not.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const requireThere = createRequire(require.resolve('@microsoft/api-extractor'));

export const extractor = require('@microsoft/api-extractor');
export const ts = requireThere('typescript');
export const tsdoc = requireThere('@microsoft/tsdoc');
export const diff = requireThere('diff');
