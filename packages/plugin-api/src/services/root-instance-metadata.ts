/** A plugin of this backend, with its modules. @public */
export interface RootInstanceMetadataServicePluginInfo {
  readonly pluginId: string;
  readonly modules: ReadonlyArray<{ moduleId: string }>;
}

/** Tells what is installed in this backend. @public */
export interface RootInstanceMetadataService {
  /** The plugins in the order in which they were registered; frozen. */
  getInstalledPlugins: () => Promise<ReadonlyArray<RootInstanceMetadataServicePluginInfo>>;
}
