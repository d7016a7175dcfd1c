import { createBackend } from '@stagewire/backend';
import * as api from '@stagewire/plugin-api';
import { trivialPlugins } from './trivial-plugins.mjs';

const backend = createBackend();
for (const plugin of trivialPlugins(api)) backend.add(plugin);
await backend.start();
