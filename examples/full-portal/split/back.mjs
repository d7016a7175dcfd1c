// The back: what works without being seen. Knows the catalog, and carries the events of both.
import { createBackend } from '@stagewire/backend';
import { tally } from './tally.mjs';
import { yard } from './yard.mjs';

const backend = createBackend();

// Whoever comes here first is served as well; with all traffic through the front, leave it out.
backend.add(import('@backstage/plugin-gateway-backend'));

backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-events-backend'));

backend.add(yard);
backend.add(tally);

await backend.start();
