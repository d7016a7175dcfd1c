// The public API, as a list of names: `export { a, b } from './file.js'`.
