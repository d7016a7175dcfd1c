/** What the ecosystem accepts as an error: an object with a name and a message. @public */
export type ErrorLike = {
  name: string;
  message: string;
  stack?: string;
  [unknownKeys: string]: unknown;
};

/** Tells whether a value is an {@link ErrorLike}, of whatever class. @public */
export function isError(value: unknown): value is ErrorLike {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { name, message } = value as Partial<ErrorLike>;
  return typeof name === 'string' && name !== '' && typeof message === 'string';
}

/**
 * Makes an error of anything that was thrown: error-like values are kept as they are, a string
 * becomes the message, anything else is told as `unknown error '<value>'`.
 *
 * @public
 */
export function toError(value: unknown): Error {
  if (isError(value)) return value as Error;
  if (typeof value === 'string') return new Error(value);
  return new Error(`unknown error '${toText(value)}'`);
}

/** Writes anything that was thrown: errors as `<name>: <message>`, whatever their class. */
export function toText(value: unknown): string {
  try {
    if (!isError(value) || value instanceof Error) return String(value);
    return value.message === '' ? value.name : `${value.name}: ${value.message}`;
  } catch {
    // It has no prototype, or a toString or a getter of its own that throws.
    return Object.prototype.toString.call(value);
  }
}
