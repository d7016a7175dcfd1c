import { isError, toError } from '@stagewire/errors';
import type { ThrownError } from './plan-messages.js';

/** What can be told to another process of whatever was thrown. */
export function describeThrown(thrown: unknown): ThrownError {
  const error = toError(thrown);
  const { code, fix } = error as { code?: unknown; fix?: unknown };
  return {
    name: error.name,
    message: error.message,
    // Of something else that was thrown, the stack would only tell of this place.
    stack: isError(thrown) ? (error.stack ?? '') : '',
    ...(typeof code === 'string' && { code }),
    ...(typeof fix === 'string' && { fix }),
  };
}
