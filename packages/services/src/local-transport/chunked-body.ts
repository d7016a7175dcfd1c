const NEW_LINE = 10;

/** Takes the frames off a body of `transfer-encoding: chunked`. */
export class ChunkedBody {
  /** How much of a chunk is to come, its line end not counted. */
  #remaining = 0;
  /** What there is of a line between chunks; undefined within a chunk. */
  #line: string | undefined = '';
  #inTrailer = false;
  /** Whether the last chunk, and what follows it, was read. */
  ended = false;

  /** The parts of the body in these bytes. */
  read(bytes: Buffer): Buffer[] {
    const parts: Buffer[] = [];
    let start = 0;
    while (start < bytes.length && !this.ended) {
      if (this.#line === undefined) {
        const end = Math.min(bytes.length, start + this.#remaining);
        parts.push(bytes.subarray(start, end));
        this.#remaining -= end - start;
        start = end;
        if (this.#remaining === 0) this.#line = '';
      } else {
        const end = bytes.indexOf(NEW_LINE, start);
        const lineEnd = end === -1 ? bytes.length : end;
        this.#line += bytes.toString('latin1', start, lineEnd);
        start = lineEnd + 1;
        if (end !== -1) this.#readLine(this.#line.trimEnd());
      }
    }
    return parts;
  }

  #readLine(line: string): void {
    this.#line = '';
    if (this.#inTrailer) {
      // Trailers are read by nobody: `fetch` does not know them.
      this.ended = line === '';
    } else if (line !== '') {
      // An empty line is the end of the chunk before.
      this.#remaining = Number.parseInt(line, 16);
      if (this.#remaining === 0) this.#inTrailer = true;
      else this.#line = undefined;
    }
  }
}
