// Starts a backend with mistakes of the table, as an integrator's own program does:
//
//   node --import tsx --conditions=@stagewire/source run-mistake.ts <name>[|<name>…] [--config <file>]

import { createMistakenBackend } from './mistaken-backend.js';
import { findMistake } from './mistakes.js';

const made = process.argv[2]!.split('|').map(findMistake);
const backend = createMistakenBackend(made, () => console.log('witness started'));
await backend.start();
console.log('backend started');
await backend.stop();
