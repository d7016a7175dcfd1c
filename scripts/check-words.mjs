// Looks through all files for words that must not be in them: paths of one machine, registry
// hosts, notes to oneself.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { finding, lineAt } from './lib/findings.mjs';
import { isMain, mainOfCheck } from './lib/main.mjs';

// Every pattern is written so that it does not match itself.
const rules = [
  {
    pattern: /(?<![\w.~)}\]*<>-])\/(?:work|root|home|Users)\/[\w.-]+/g,
    why: 'a path of one machine',
    fix: 'make it relative to the repository or to a temporary folder',
  },
  {
    pattern:
      /\bregistry[.](?:npmjs|yarnpkg|npmmirror)[.](?:org|com)\b|\bnpm[.]pkg[.]github[.]com\b/g,
    why: 'a registry host',
    fix: 'leave the choice of registry to whoever installs',
  },
  {
    pattern: /\b(?:TO[D]O|FIX[M]E)\b/g,
    why: 'a note to oneself',
    fix: 'do it, or leave it out',
  },
];

const lockRule = {
  pattern: /"resolved": "(?:https?|git\+\w+):[^"]*"/g,
  why: 'the lockfile names a host',
  fix: 'npm install writes it without: omit-lockfile-registry-resolved is set in .npmrc',
};

/** Every such word in the files that are, or would be, under version control. */
export function checkWords(root) {
  return listFiles(root).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return isBinary(text) ? [] : findWords(file, text);
  });
}

/** The words in one text. */
export function findWords(file, text) {
  const applied = file.endsWith('package-lock.json') ? [lockRule] : rules;
  return applied.flatMap(({ pattern, why, fix }) =>
    [...text.matchAll(pattern)].map((match) =>
      finding(file, lineAt(text, match.index), `${why}: ${match[0]}`, fix),
    ),
  );
}

/** Tracked files, and those that the next `git add` would take. */
function listFiles(root) {
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  })
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)));
}

function isBinary(text) {
  return text.slice(0, 8192).includes('\0');
}

if (isMain(import.meta)) mainOfCheck(checkWords);
