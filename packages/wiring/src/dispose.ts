type MaybeDisposable = Partial<AsyncDisposable & Disposable> | null | undefined;

/** Disposes of a value, if it can be disposed of. Never rejects: others still have to go. */
export async function disposeOf(value: unknown): Promise<void> {
  const instance = value as MaybeDisposable;
  try {
    await (instance?.[Symbol.asyncDispose]?.() ?? instance?.[Symbol.dispose]?.());
  } catch {
    // It is gone as far as it goes.
  }
}
