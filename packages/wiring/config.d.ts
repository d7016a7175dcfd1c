/** What a failure leads to: the backend does not start, or it starts without. */
type OnFailure = 'abort' | 'continue';

/** The configuration of how a backend starts. */
export interface Config {
  backend?: {
    startup?: {
      default?: {
        /** When a plugin fails to start. @default abort */
        onPluginBootFailure?: OnFailure;
        /** When a module fails to start. @default abort */
        onPluginModuleBootFailure?: OnFailure;
        /** When a module is there without its plugin: told, or refused. @default continue */
        onOrphanModule?: OnFailure;
      };
      /** By plugin id. */
      plugins?: {
        [pluginId: string]: {
          onPluginBootFailure?: OnFailure;
          /** By module id. */
          modules?: { [moduleId: string]: { onPluginModuleBootFailure?: OnFailure } };
        };
      };
      /** A plugin or module that takes longer to start is named in the log. @default 10 seconds */
      initWarningAfter?:
        | string
        | {
            years?: number;
            months?: number;
            weeks?: number;
            days?: number;
            hours?: number;
            minutes?: number;
            seconds?: number;
            milliseconds?: number;
          };
    };
  };
}
