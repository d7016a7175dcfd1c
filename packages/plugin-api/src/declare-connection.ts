import { pluginApiErrors } from './errors.js';
import type {
  BackendModuleRegistrationPoints,
  BackendPluginRegistrationPoints,
} from './registration-points.js';

/** The use of a type of connection by a plugin or module. @alpha */
export interface ConnectionRegistration {
  /** The type, as in the configuration's `connections[].type`. */
  type: string;

  /**
   * It cannot work without. This is recorded, and not checked at start.
   *
   * @defaultValue false
   */
  required?: boolean;

  /** What it is used for, to be shown to operators. */
  description?: string;
}

/** The method that is there at run time, and not among the types of what `register` gets. */
export type ConnectionRegistrationPoints = {
  registerConnection(registration: ConnectionRegistration): void;
};

/**
 * Declares that a plugin or module uses a type of connection. Without it, it does not find any
 * connection of that type.
 *
 * @param reg - what `register` was given
 * @throws when the type was declared already, when `registerInit` was called already, and
 *   `E_CONNECTIONS_NOT_SUPPORTED` when the plugin API that created the plugin has no connections
 *
 * @alpha
 */
export function declareConnection(
  reg: BackendPluginRegistrationPoints | BackendModuleRegistrationPoints,
  registration: ConnectionRegistration,
): void {
  const points = reg as Partial<ConnectionRegistrationPoints>;
  if (typeof points.registerConnection !== 'function') {
    throw pluginApiErrors.connectionsNotSupported(registration.type);
  }
  points.registerConnection(registration);
}
