// A finding: one thing that a check objects to, where it is, why, and what to do about it.

/** `line` is 0 when the finding is about the file as a whole. */
export function finding(file, line, why, fix) {
  return { file, line, why, fix };
}

/** One line: `file:line  why  fix`. */
export function formatFinding({ file, line, why, fix }) {
  return `${line > 0 ? `${file}:${line}` : file}  ${why}  ${fix}`;
}

/** The line, counted from 1, that an offset into a text stands on. */
export function lineAt(text, offset) {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}

/** The line, counted from 1, on which a text first holds a part; 0 when it does not. */
export function lineOf(text, part) {
  const offset = text.indexOf(part);
  return offset === -1 ? 0 : lineAt(text, offset);
}

/** The line, counted from 1, of a top-level key in JSON as we format it; 0 when it is not there. */
export function lineOfKey(text, key) {
  return text.split('\n').findIndex((line) => line.startsWith(`  "${key}":`)) + 1;
}
