import { createBackend } from '@stagewire/backend';
import * as api from '@backstage/backend-plugin-api';
import { requestPlugins } from './requests-plugins.mjs';

const backend = createBackend();
for (const plugin of requestPlugins(api)) backend.add(plugin);
await backend.start();
