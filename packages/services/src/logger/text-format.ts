import type { JsonObject, JsonValue } from '@stagewire/config';

type Paint = (text: string) => string;

/** How the parts of a line look. */
type Palette = Record<'faint' | 'source' | 'key' | 'error' | 'warn' | 'info' | 'debug', Paint>;

const COLOURS: Palette = {
  faint: paint(90),
  source: paint(34),
  key: paint(36),
  error: paint(31),
  warn: paint(33),
  info: paint(32),
  debug: paint(35),
};
const NO_COLOURS = Object.fromEntries(
  Object.keys(COLOURS).map((name) => [name, (text: string) => text]),
) as Palette;

/** Told elsewhere in the text than among the fields. */
const PLACED = new Set('timestamp level message plugin service stack cause fix errors'.split(' '));

/** Part of the message or of the stack when an error has these. */
const TOLD_WITH: Record<string, string> = { code: 'fix', name: 'stack' };

/**
 * Writes a line of the log for a person:
 * `<timestamp> <plugin or service> <level> <message> <key>=<json> …`, followed by the fix, the
 * stack and the causes of an error on lines of their own.
 *
 * @param colours - whether the reader is a terminal that shows colours
 */
export function formatAsText(line: JsonObject, colours: boolean): string {
  const palette = colours ? COLOURS : NO_COLOURS;
  const level = String(line.level);
  const head = [
    palette.faint(String(line.timestamp)),
    palette.source(printable(String(line.plugin ?? line.service ?? ''))),
    (palette[level as keyof Palette] ?? palette.debug)(level),
    printable(String(line.message)),
    ...formatFields(line, palette),
  ];
  return `${head.join(' ')}${formatDetails(line, palette)}\n`;
}

function formatFields(line: JsonObject, palette: Palette): string[] {
  return Object.entries(line)
    .filter(([key]) => !PLACED.has(key) && line[TOLD_WITH[key] ?? ''] === undefined)
    .map(([key, value]) => `${palette.key(printable(key))}=${JSON.stringify(value)}`);
}

/** Fix, stack and causes of an error. */
function formatDetails(error: JsonObject, palette: Palette): string {
  const details = [
    error.fix === undefined ? '' : `\n  fix: ${printable(String(error.fix))}`,
    typeof error.stack === 'string' ? palette.faint(`\n  ${printable(error.stack)}`) : '',
    ...[error.cause, error.errors].flat().map((cause) => formatCause(cause, palette)),
  ];
  return details.join('');
}

function formatCause(cause: JsonValue | undefined, palette: Palette): string {
  if (cause === undefined || cause === null) return '';
  if (typeof cause !== 'object' || Array.isArray(cause)) {
    return `\n  caused by: ${printable(JSON.stringify(cause))}`;
  }
  const { code, fix, name, message, stack, ...deeper } = cause;
  const explained = fix === undefined ? undefined : `${String(code)}  ${String(message)}`;
  const told = explained ?? stack ?? `${String(name)}: ${String(message)}`;
  const details = explained === undefined ? deeper : { ...deeper, fix, stack };
  return `\n  caused by: ${printable(String(told))}${formatDetails(details, palette)}`;
}

/**
 * Text from anywhere, made safe for a terminal: control characters are written out, and further
 * lines are indented, so that no text can look like a line of the log.
 */
function printable(text: string): string {
  return text.replace(/\r?\n/g, '\n  ').replace(
    // oxlint-disable-next-line no-control-regex -- these are what it is about
    /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

function paint(code: number): Paint {
  return (text) => `\u001B[${code}m${text}\u001B[39m`;
}
