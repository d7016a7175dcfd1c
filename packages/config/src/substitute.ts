/** A text after variables were put in. */
export type Substituted = {
  /** The text; undefined when a variable is not set. */
  readonly value: string | undefined;
  /** The values that were put in, and the variables that they are from. */
  readonly inserted: readonly string[];
  readonly names: readonly string[];
  /** The variables that are not set and have no default. */
  readonly missing: readonly string[];
};

const REFERENCE = /\$?\$\{([^{}]*)\}/g;

/**
 * Puts environment variables into a text.
 *
 * @remarks
 * `${NAME}` is the trimmed value of the variable; `${NAME:-default}` the default when it is unset
 * or empty; `$${NAME}` stands for the literal text `${NAME}`.
 */
export function substitute(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): Substituted {
  if (!text.includes('${')) return { value: text, inserted: [], names: [], missing: [] };
  const inserted: string[] = [];
  const names: string[] = [];
  const missing: string[] = [];
  const value = text.replace(REFERENCE, (reference, inner: string) => {
    if (reference.startsWith('$$')) return reference.slice(1);
    const [name = '', fallback] = inner.split(/:-(.*)/s).map((part) => part.trim());
    const set = env[name]?.trim();
    if (set === undefined && fallback === undefined) missing.push(name);
    if (fallback !== undefined && !set) return fallback;
    inserted.push(set ?? '');
    names.push(name);
    return set ?? '';
  });
  return { value: missing.length > 0 ? undefined : value, inserted, names, missing };
}
