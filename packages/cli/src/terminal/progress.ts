/** Where progress is told; a terminal overwrites its line. */
export type ProgressStream = { isTTY?: boolean; write(text: string): unknown };

/** How long something has to take before it is told of; milliseconds. */
const PATIENCE = 1000;

/** How often a log hears that something still goes on; milliseconds. */
const REMINDER = 10_000;

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME = 100;

/** Tells what takes long: a moving line on a terminal, a line now and then in a log. */
export class Progress {
  readonly #stream: ProgressStream;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  /**
   * Runs something, and tells of it once it takes longer than a second.
   *
   * @param doing - what is done, such as `installing packages`
   */
  async during<T>(doing: string, run: () => Promise<T>): Promise<T> {
    const end = this.#stream.isTTY ? this.#spin(doing) : this.#remind(doing);
    try {
      return await run();
    } finally {
      end();
    }
  }

  #spin(doing: string): () => void {
    const start = performance.now();
    let frame = 0;
    const timer = setInterval(() => {
      if (performance.now() - start < PATIENCE) return;
      frame = (frame + 1) % FRAMES.length;
      this.#stream.write(`\r${FRAMES[frame]} ${doing} … ${toSeconds(start)} s`);
    }, FRAME);
    timer.unref();
    return () => {
      clearInterval(timer);
      if (performance.now() - start >= PATIENCE) this.#stream.write('\r\u001B[2K');
    };
  }

  #remind(doing: string): () => void {
    const start = performance.now();
    const first = setTimeout(() => this.#stream.write(`${doing} …\n`), PATIENCE);
    const further = setInterval(
      () => this.#stream.write(`${doing} … ${toSeconds(start)} s\n`),
      REMINDER,
    );
    for (const timer of [first, further]) timer.unref();
    return () => {
      clearTimeout(first);
      clearInterval(further);
    };
  }
}

const toSeconds = (start: number) => Math.round((performance.now() - start) / 1000);
