import type { JsonObject, JsonValue } from '@stagewire/config';
import type { BackstageCredentials } from './auth.js';
import type { JsonSchema } from './json-schema.js';

/** An action that some plugin offers. @alpha */
export type ActionsServiceAction = {
  /** `<pluginId>:<name>` */
  id: string;
  pluginId: string;
  name: string;
  title: string;
  description: string;
  schema: {
    input: JsonSchema;
    output: JsonSchema;
    /** There when the action needs secrets. */
    secrets?: JsonSchema;
  };
  examples?: Array<{
    title: string;
    description?: string;
    input: JsonObject;
    output?: JsonObject;
  }>;
  attributes: {
    /** It changes nothing. */
    readOnly: boolean;
    /** It may remove or overwrite something. */
    destructive: boolean;
    /** Doing it twice is the same as doing it once. */
    idempotent: boolean;
  };
};

/** Calls the actions of all plugins. @alpha */
export interface ActionsService {
  /** The actions that may be seen with these credentials; plugins that do not answer are left out. */
  list: (opts: { credentials: BackstageCredentials }) => Promise<{
    actions: ActionsServiceAction[];
  }>;

  /**
   * Runs an action.
   *
   * @throws ResponseError with the answer of the plugin, when it refuses or fails
   */
  invoke(opts: {
    id: string;
    input?: JsonObject;
    secrets?: JsonObject;
    credentials: BackstageCredentials;
  }): Promise<{ output: JsonValue }>;
}
