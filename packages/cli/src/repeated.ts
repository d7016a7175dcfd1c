/** For an option that may be given more than once: all its values, in order. */
export function repeated(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
