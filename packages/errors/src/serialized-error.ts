import { isError } from './error-like.js';

/** An error as it crosses the wire: all its enumerable fields, its name and its message. @public */
export type SerializedError = {
  name: string;
  message: string;
  stack?: string;
  cause?: unknown;
  code?: string;
  [unknownKeys: string]: unknown;
};

type Fields = Record<string, unknown>;

/** How deep a chain of causes is followed; a longer one is cut there. */
const MAX_CAUSES = 16;

/**
 * Makes plain data of an error.
 *
 * @param options - `includeStack`: keep stack traces, also in the chain of causes; `@default` false
 * @public
 */
export function serializeError(
  error: Error,
  options?: { includeStack?: boolean },
): SerializedError {
  return toSerialized(error, options?.includeStack ?? false, MAX_CAUSES);
}

function toSerialized(error: Error, includeStack: boolean, depth: number): SerializedError {
  const { name: _, message: __, cause, ...fields } = { ...(error as unknown as Fields) };
  const serialized: SerializedError = {
    name: error.name || 'Unknown',
    message: error.message ?? '<no reason given>',
    ...fields,
  };
  if (includeStack && typeof error.stack === 'string') serialized.stack = error.stack;
  else delete serialized.stack;

  if (isError(cause)) {
    if (depth > 0) serialized.cause = toSerialized(cause as Error, includeStack, depth - 1);
  } else if (cause !== undefined) {
    serialized.cause = cause;
  }
  return serialized;
}

/** Makes an error of plain data; the name and all other fields are carried over. @public */
export function deserializeError<TError extends Error = Error>(data: SerializedError): TError {
  const error = new Error(data.message);
  const { cause, ...fields } = data;
  Object.assign(error, fields);
  if (cause !== undefined) {
    const revived = isError(cause) ? deserializeError(cause as SerializedError) : cause;
    Object.defineProperty(error, 'cause', {
      value: revived,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return error as TError;
}
