/** A plugin of the system, wherever it runs. @public */
export interface RootSystemMetadataServicePluginInfo {
  readonly pluginId: string;
}

/** Tells what is installed in the system, which may be several backends. @public */
export interface RootSystemMetadataService {
  /** The plugins known from the configuration, and those of this backend. */
  getInstalledPlugins: () => Promise<ReadonlyArray<RootSystemMetadataServicePluginInfo>>;
}
