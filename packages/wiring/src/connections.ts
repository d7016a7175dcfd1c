import { wiringErrors } from './errors.js';
import type { Unit } from './unit.js';

/** Looked up by plugins through what they declared; see `declareConnection`. */
export const CONNECTIONS = 'core.connections';

type ConnectionsLike = { find(options: { type: string }): Promise<unknown> };

/**
 * Hands the connections service to one plugin or module, narrowed to the types that it declared
 * itself: a module does not inherit its plugin's declarations, nor the reverse.
 */
export function narrowConnections(service: unknown, unit: Unit): ConnectionsLike {
  const declared = new Set(unit.connections.map(({ type }) => type));
  return {
    async find(options) {
      if (!declared.has(options.type)) throw wiringErrors.connectionUndeclared(options.type);
      return (service as ConnectionsLike).find(options);
    },
  };
}
