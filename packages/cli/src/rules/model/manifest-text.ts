import { parseDocument, isMap, LineCounter, type Document } from 'yaml';

/** The text of a package.json, which knows where its fields are written. */
export class ManifestText {
  #document: Document | undefined;
  readonly #lines = new LineCounter();

  constructor(private readonly text: string) {}

  /** The line of a field, or of the nearest one around it that is there; 0 when none is. */
  lineOf(...path: readonly string[]): number {
    for (let length = path.length; length > 0; length--) {
      const line = this.#find(path.slice(0, length));
      if (line !== undefined) return line;
    }
    return 0;
  }

  #find(path: readonly string[]): number | undefined {
    // JSON is YAML, and this parser keeps the places.
    this.#document ??= parseDocument(this.text, { lineCounter: this.#lines });
    const holder =
      path.length > 1 ? this.#document.getIn(path.slice(0, -1)) : this.#document.contents;
    if (!isMap(holder)) return undefined;
    const pair = holder.items.find(({ key }) => String(key) === path.at(-1));
    const range = (pair?.key as { range?: readonly number[] } | undefined)?.range;
    return range && this.#lines.linePos(range[0]!).line;
  }
}
