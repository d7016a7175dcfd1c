// What somebody has who changed one import and kept the plugins.
import { createBackend } from '@stagewire/backend';
import * as api from '@backstage/backend-plugin-api';
import { trivialPlugins } from './trivial-plugins.mjs';

const backend = createBackend();
for (const plugin of trivialPlugins(api)) backend.add(plugin);
await backend.start();
