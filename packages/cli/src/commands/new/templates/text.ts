/** Joins lines to a text that ends with one newline; those that are `false` are left out. */
export function toText(...lines: ReadonlyArray<string | false>): string {
  return `${lines.filter((line) => line !== false).join('\n')}\n`;
}

/** Writes a value as JSON files have it. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** An import or export of names; on several lines where one would be too long. */
export function toNames(
  keyword: 'import' | 'export',
  names: readonly string[],
  from: string,
): string {
  const line = `${keyword} { ${names.join(', ')} } from '${from}';`;
  if (isOneLine(line)) return line;
  return [`${keyword} {`, ...names.map((name) => `  ${name},`), `} from '${from}';`].join('\n');
}

/** Whether formatters of the ecosystem leave a text on one line. */
export function isOneLine(line: string): boolean {
  return line.length <= 100;
}
