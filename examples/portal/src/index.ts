import { createBackend } from '@stagewire/backend';
import { provideDevToken } from './dev-token.js';
import { createWelcome } from './welcome.js';

const token = provideDevToken(process.env);

const backend = createBackend();
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(createWelcome(token));
await backend.start();
