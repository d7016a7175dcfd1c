import { createBackend } from '@backstage/backend-defaults';
import * as api from '@backstage/backend-plugin-api';
import { trivialPlugins } from './trivial-plugins.mjs';

const backend = createBackend();
for (const plugin of trivialPlugins(api)) backend.add(plugin);
await backend.start();
