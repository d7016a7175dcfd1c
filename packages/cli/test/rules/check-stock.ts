import { readRepository } from '../../src/repository/repository.js';
import { checkRepository } from '../../src/rules/check-repository.js';
import { makeRepository } from '../temp-repository.js';
import { STOCK_REPOSITORY } from './stock-repository.js';

/** What is done to files, by path: a new text, an edit of the old one, or null to remove it. */
export type Edits = Readonly<Record<string, string | null | ((text: string) => string)>>;

/** What is told of the stock repository with some edits: `severity code file | line`. */
export function checkStock(edits: Edits): string[] {
  const files = applyEdits(edits);
  using repository = makeRepository(files);
  const { findings } = checkRepository(readRepository(repository.root));
  return findings.map(({ severity, code, file, line }) => {
    const text = line > 0 ? files[file]!.split('\n')[line - 1]!.trim() : '';
    return `${severity} ${code} ${file} | ${text}`;
  });
}

function applyEdits(edits: Edits): Record<string, string> {
  const files: Record<string, string> = { ...STOCK_REPOSITORY };
  for (const [path, edit] of Object.entries(edits)) {
    if (edit === null) delete files[path];
    else files[path] = typeof edit === 'string' ? edit : editText(path, files[path], edit);
  }
  return files;
}

/** An edit that changes nothing is a slip of the test. */
function editText(path: string, text: string | undefined, edit: (text: string) => string): string {
  if (text === undefined) throw new Error(`there is no ${path}`);
  const edited = edit(text);
  if (edited === text) throw new Error(`the edit of ${path} changes nothing`);
  return edited;
}

/** Replaces a part of a text. */
export function replace(part: string, by: string): (text: string) => string {
  return (text) => text.replace(part, () => by);
}

/** Puts lines before a text. */
export function prepend(...lines: string[]): (text: string) => string {
  return (text) => [...lines, text].join('\n');
}

/** Edits a package.json. */
export function inManifest(
  // oxlint-disable-next-line typescript/no-explicit-any -- tests write what types would not allow
  edit: (manifest: any) => void,
): (text: string) => string {
  return (text) => {
    const manifest = JSON.parse(text);
    edit(manifest);
    return `${JSON.stringify(manifest, undefined, 2)}\n`;
  };
}
