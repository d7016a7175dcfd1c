/** Width of a character of the monospaced font, as a part of its size; a little more than all have. */
const CHARACTER = 0.61;

/** Size of the text in a drawing; pixels. */
export const FONT_SIZE = 12;

/** Height of a line of text; pixels. */
export const LINE_HEIGHT = 17;

/** The width that a text takes, in pixels. */
export function widthOf(text: string, size = FONT_SIZE): number {
  return Math.ceil([...text].length * size * CHARACTER);
}

/** Attributes of an element; those that are undefined are left out. */
type Attributes = Record<string, string | number | undefined>;

/** Writes an element. */
export function element(name: string, attributes: Attributes, ...content: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escape(String(value))}"`)
    .join('');
  return content.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${content.join('\n')}</${name}>`;
}

/** Writes a line of text whose first line of letters stands at y. */
export function textAt(x: number, y: number, text: string, style?: string): string {
  return element('text', { x: round(x), y: round(y), class: style }, escape(text));
}

/** Writes a box with round corners. */
export function boxAt({ x, y, width, height }: Box, style: string, radius = 6): string {
  return element('rect', {
    x: round(x),
    y: round(y),
    width: round(width),
    height: round(height),
    rx: radius,
    class: style,
  });
}

/** Where something is: its left upper corner and its size, in pixels. */
export type Box = { x: number; y: number; width: number; height: number };

/** Moves elements. */
export function moved(x: number, y: number, ...content: string[]): string {
  return element('g', { transform: `translate(${round(x)} ${round(y)})` }, ...content);
}

/** Breaks a text into lines of at most so many characters; a word that is far longer is cut. */
export function wrap(text: string, length: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((each) => cut(each, 2 * length))) {
    if (line && line.length + 1 + word.length > length) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return line ? [...lines, line] : lines;
}

function cut(word: string, length: number): string[] {
  const parts = [];
  for (let from = 0; from < word.length; from += length)
    parts.push(word.slice(from, from + length));
  return parts;
}

/** Escapes what XML gives a meaning to, and drops the characters that it cannot hold. */
export function escape(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- these are what XML cannot hold
      .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}

/** Tenths of a pixel are enough, and make for the same drawing everywhere. */
export const round = (pixels: number) => Math.round(pixels * 10) / 10;
