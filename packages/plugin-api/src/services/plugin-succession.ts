import type { PluginMetadataService } from './plugin-metadata.js';

/** On `core.pluginMetadata` of a backend whose plugins can be replaced while it runs. */
export const SUCCESSION: unique symbol = Symbol.for('@stagewire/succession');

/**
 * How one version of a plugin follows another while the backend runs.
 *
 * @remarks
 * A new version starts while the earlier one serves. Once it has started, it takes over within one
 * turn of the event loop: callbacks of the earlier version's `onRetire`, then of its own `onServing`.
 * After that the earlier version is stopped.
 */
export interface PluginSuccession {
  /** Whether the backend was running already when this version was made. */
  readonly joinsRunning: boolean;

  /**
   * Calls back when this version serves: at once if it does already, never once it has retired.
   *
   * @param callback - gets a promise that settles when the earlier version has nothing in progress
   *   any more; it never rejects
   */
  onServing(callback: (former: Promise<void>) => void): void;

  /**
   * Calls back when a later version takes over, or the plugin is taken out of the running backend;
   * not when the whole backend stops. The callback begins nothing new, and what it returns settles
   * when all that was begun is done; the plugin is stopped after that. Of a version that has retired
   * already, or was given up before it served, it is called at once.
   */
  onRetire(callback: () => Promise<void> | void): void;
}

/** How the versions of a plugin follow each other; elsewhere than in such a backend there is one only. */
export function successionOf(plugin: PluginMetadataService): PluginSuccession {
  return (plugin as { [SUCCESSION]?: PluginSuccession })[SUCCESSION] ?? ONLY_VERSION;
}

const ONLY_VERSION: PluginSuccession = {
  joinsRunning: false,
  onServing: (callback) => callback(Promise.resolve()),
  onRetire: () => {},
};

/**
 * A method of root services that plugins hand something to: it gives what one version of a plugin
 * gets in its place, which takes back what was handed over when that version ends.
 *
 * @remarks
 * A view is made once for each version. If it can be disposed of, it is, after its plugin has
 * stopped.
 *
 * It gets the service as plugins would have it without a view. Where a decorator made something else
 * of it, that is what they get: a view would lead around it.
 */
export const PLUGIN_VIEW: unique symbol = Symbol.for('@stagewire/plugin-view');

/** A root service that plugins get views of. */
export interface PluginViews<TService> {
  [PLUGIN_VIEW](plugin: PluginMetadataService, service: TService): TService;
}
