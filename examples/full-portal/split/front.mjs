// The front: what people reach first. Signs them in, and knows what they may do.
import { createBackend } from '@stagewire/backend';
import { closedBerths } from './closed-berths.mjs';
import { desk } from './desk.mjs';
import { tally } from './tally.mjs';

const backend = createBackend();

// What is not here it passes on to where discovery says that it is.
backend.add(import('@backstage/plugin-gateway-backend'));

backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));
backend.add(import('@backstage/plugin-permission-backend'));
backend.add(closedBerths);

backend.add(desk);
backend.add(tally);

await backend.start();
