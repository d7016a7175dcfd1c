import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A repository of a test in a folder of its own, which is gone at the end of the block that uses it. */
export class TempRepository implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'stagewire-cli-')));

  /** @param files - by their paths; what is no text is written as JSON */
  constructor(files: Readonly<Record<string, unknown>> = {}) {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  /** Writes a file; what is no text as JSON. */
  write(path: string, content: unknown): void {
    const file = this.#make(path);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }

  /** Lets a path lead to a folder elsewhere, as workspaces have it. */
  link(path: string, target: string): void {
    symlinkSync(target, this.#make(path), 'junction');
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** The path in this repository, in a folder that is there. */
  #make(path: string): string {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    return file;
  }
}

/** Makes a repository of files by their paths. */
export function makeRepository(files: Record<string, unknown>): TempRepository {
  return new TempRepository(files);
}
