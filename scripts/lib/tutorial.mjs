// A page that is followed as its reader would: files to write, commands to type, what they print.

import { lineAt } from './findings.mjs';

/**
 * The steps of a page, in order:
 *
 * - a fence that begins with the name of a file in a comment, `// src/plugin.ts` or
 *   `# app-config.yaml`, is `{ line, path, text }`: the file, whole;
 * - a fence of `sh` is `{ line, script, inBackground, expected }`; one that says `sh background` goes
 *   on until the next such one. A fence of `text` right after it is what has to be printed.
 */
export function readSteps(page) {
  const steps = [];
  for (const { 1: language, 2: text, index } of page.matchAll(/^```(.*)\n([^]*?)^```$/gm)) {
    const line = lineAt(page, index) + 1;
    const [, path] = /^(?:\/\/|#) ([\w.@/-]+\.\w+)\n/.exec(text) ?? [];
    if (language.startsWith('sh')) {
      steps.push({ line, script: text, inBackground: language === 'sh background', expected: '' });
    } else if (language === 'text') {
      steps.at(-1).expected = text;
    } else if (path) {
      steps.push({ line, path, text: text.slice(text.indexOf('\n') + 1) });
    }
  }
  return steps;
}

/**
 * Looks for expected lines in what was printed, in order; `…` stands for anything, also for any
 * number of lines when it is alone on one. Gives back the first line that is not there.
 */
export function findMissing(expected, printed) {
  const lines = printed.split('\n');
  let at = 0;
  for (const line of expected.split('\n').filter((each) => each !== '' && each !== '…')) {
    const pattern = new RegExp(`^${line.split('…').map(escape).join('.*')}$`);
    const found = lines.slice(at).findIndex((each) => pattern.test(each.trimEnd()));
    if (found === -1) return line;
    at += found + 1;
  }
  return undefined;
}

const escape = (text) => text.replaceAll(/[\\^$.|?+*()[\]{}]/g, '\\$&');
