/**
 * What every package throws on purpose: a stable code, the problem, the way out.
 *
 * @public
 */
export class BackendError extends Error {
  override readonly name: string = 'BackendError';
  declare readonly code: string;
  declare readonly fix: string;

  /**
   * @param code - stable identifier, `E_…`; kept forever
   * @param problem - what went wrong, with the values that find the place; where the ecosystem
   *   has a message for this, it is that message, to the letter
   * @param fix - what to type, change or look at
   */
  constructor(code: string, problem: string, fix: string, options?: ErrorOptions) {
    super(problem, options);
    explain(this, code, fix);
  }
}

/** An error that tells its code and its fix, whatever class it has. @public */
export type ExplainedError<TError extends Error = Error> = TError & {
  readonly code: string;
  readonly fix: string;
};

/**
 * Gives an error of any class a code and a fix, and returns that same error.
 *
 * @remarks
 * Both are left out of enumeration: an error that reaches an HTTP client is serialised by its
 * enumerable fields, and its body has to stay what clients of the ecosystem know.
 * A second call replaces what the first one said.
 *
 * @public
 */
export function explain<TError extends Error>(
  error: TError,
  code: string,
  fix: string,
): ExplainedError<TError> {
  return Object.defineProperties(error, {
    code: { value: code, configurable: true, writable: true },
    fix: { value: fix, configurable: true, writable: true },
  }) as ExplainedError<TError>;
}

/**
 * Writes the code and the fix of an error into its stack, and returns that same error.
 *
 * @remarks
 * For errors that are thrown while modules load: there is no backend yet to tell them, and Node
 * prints nothing but the stack. A second call changes nothing.
 *
 * @public
 */
export function tellFixInStack<TError extends ExplainedError>(error: TError): TError {
  const heading = `${error.name}: ${error.message}`;
  const told = `${error.name}: ${formatError(error)}`;
  const { stack } = error;
  if (stack?.startsWith(heading)) error.stack = told + stack.slice(heading.length);
  return error;
}

/** Tells whether an error carries a code and a fix. @public */
export function isExplained(error: unknown): error is ExplainedError {
  return (
    error instanceof Error &&
    typeof (error as Partial<ExplainedError>).code === 'string' &&
    typeof (error as Partial<ExplainedError>).fix === 'string'
  );
}

/**
 * Writes an error for a person: code and problem on the first line, the fix on a line of its own.
 * An error without a code is written as `<name>: <message>`.
 *
 * @example
 * ```
 * E_SERVICE_CYCLE  these services wait for each other: egg -> hen -> egg
 *   fix: drop one of these deps, or move what both need into a third service
 * ```
 *
 * @public
 */
export function formatError(error: unknown): string {
  if (isExplained(error)) return `${error.code}  ${error.message}\n  fix: ${error.fix}`;
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return String(error);
}
