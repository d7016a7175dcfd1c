/** A place in a file; line and column are counted from 1. */
type Place = { file: string; line: number; column: number };

/** What a program that `stagewire build` has made knows of its own code. */
type BuiltProgram = { locate(place: Place): { file: string; line: number } | undefined };

const BUILT_PROGRAM = Symbol.for('@stagewire/built-program');

/** The place in a file of a package, for one in the bundle that runs; all others are as they are. */
export function toOriginalPlace(place: Place): { file: string; line: number } {
  const built = (globalThis as { [BUILT_PROGRAM]?: BuiltProgram })[BUILT_PROGRAM];
  return built?.locate(place) ?? { file: place.file, line: place.line };
}
