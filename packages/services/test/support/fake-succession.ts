import type { PluginMetadataService } from '@stagewire/plugin-api';
import { SUCCESSION, type PluginSuccession } from '@stagewire/plugin-api/internal';

/** The metadata of a later version of a plugin, which stands by until the test lets it serve. */
export function fakeSuccession(pluginId: string, joinsRunning = true) {
  const serving: Array<(former: Promise<void>) => void> = [];
  const retiring: Array<() => Promise<void> | void> = [];
  const succession: PluginSuccession = {
    joinsRunning,
    onServing: (callback) =>
      joinsRunning ? void serving.push(callback) : callback(Promise.resolve()),
    onRetire: (callback) => void retiring.push(callback),
  };
  const plugin: PluginMetadataService = Object.assign(
    { getId: () => pluginId },
    { [SUCCESSION]: succession },
  );
  return {
    plugin,
    serve: (former = Promise.resolve()) => {
      for (const callback of serving.splice(0)) callback(former);
    },
    retire: async () => {
      await Promise.all(retiring.splice(0).map((callback) => callback()));
    },
  };
}
