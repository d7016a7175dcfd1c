/** `true` for `any` alone, which would make each of the checks below pass. */
export type IsAny<T> = 0 extends 1 & T ? true : false;

/** `true` when both are the same type, down to optional and readonly members. */
export type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `true` when each can stand for the other, has the same keys, and neither is `any`. */
export type Interchangeable<A, B> = true extends IsAny<A> | IsAny<B>
  ? false
  : [A, B] extends [B, A]
    ? Same<keyof A, keyof B>
    : false;

/** Compiles for `true` only. */
export type Assert<T extends true> = T;

/** Compiles for `false` only. */
export type Refute<T extends false> = T;
