import { sep } from 'node:path';

/** The same text, with paths below a folder as they are from there. */
export function shortenPaths(text: string, folder: string): string {
  return text.replaceAll(`${folder}${sep}`, '');
}

/** The same plain data, with paths below a folder as they are from there in all texts. */
export function shortenPathsIn<T>(data: T, folder: string): T {
  const text = JSON.stringify(data, (_key, value: unknown) =>
    typeof value === 'string' ? shortenPaths(value, folder) : value,
  );
  return JSON.parse(text) as T;
}
