import type { JsonValue } from '@stagewire/config';

/** Answers the probes of whatever runs the backend. `status` is an HTTP status. @public */
export interface RootHealthService {
  /** Is the process alive? If not, it is to be started anew. */
  getLiveness(): Promise<{ status: number; payload?: JsonValue }>;

  /** Does it take requests? Not before it has started, nor once it is stopping. */
  getReadiness(): Promise<{ status: number; payload?: JsonValue }>;
}
