export { findCycles, type NeedGraph } from './find-cycles.js';
export { orderByNeed } from './order-by-need.js';
