import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { BackendFeature } from '@stagewire/plugin-api';

const require = createRequire(import.meta.url);

/**
 * Loads a plugin from a package as they are published, CommonJS and made by hand; the package is
 * gone when the test is over.
 *
 * @param deps - ids of plugin scoped services that the plugin depends on
 */
export function installPlugin(
  name: string,
  version: string,
  pluginId: string,
  deps: string[] = [],
): BackendFeature {
  const folder = mkdtempSync(join(tmpdir(), 'stagewire-'));
  const file = join(folder, 'index.js');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version }));
  writeFileSync(
    file,
    `const ref = (id) => ({
       $$type: '@backstage/ServiceRef', id, scope: 'plugin', toString: () => 'serviceRef{' + id + '}',
     });
     const deps = Object.fromEntries(${JSON.stringify(deps)}.map((id) => [id, ref(id)]));
     exports.default = {
       $$type: '@backstage/BackendFeature',
       version: 'v1',
       featureType: 'registrations',
       getRegistrations: () => [{
         type: 'plugin', pluginId: '${pluginId}', extensionPoints: [], init: { deps, func: async () => {} },
       }],
     };`,
  );
  const { default: feature } = require(file) as { default: BackendFeature };
  onTestFinished(() => {
    delete require.cache[file];
    rmSync(folder, { recursive: true });
  });
  return feature;
}
