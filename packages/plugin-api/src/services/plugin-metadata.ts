/** Tells a plugin about itself. @public */
export interface PluginMetadataService {
  /** The id of the plugin; a module gets that of the plugin it extends. */
  getId(): string;
}
