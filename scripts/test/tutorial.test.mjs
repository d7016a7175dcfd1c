import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findMissing, readSteps } from '../lib/tutorial.mjs';

describe('the steps of a page', () => {
  it('are files, commands and what these print', () => {
    const page = [
      '# Title',
      '```sh',
      'ls',
      '```',
      '',
      '```text',
      'a.ts',
      '```',
      '```ts',
      '// src/a.ts',
      'export {};',
      '```',
      '```sh background',
      'npm start',
      '```',
      '```ts',
      'const shown = true;',
      '```',
      '',
    ].join('\n');

    deepEqual(readSteps(page), [
      { line: 3, script: 'ls\n', inBackground: false, expected: 'a.ts\n' },
      { line: 10, path: 'src/a.ts', text: 'export {};\n' },
      { line: 14, script: 'npm start\n', inBackground: true, expected: '' },
    ]);
  });
});

describe('what is expected', () => {
  it('has to be there, in order, with gaps where the page has them', () => {
    const printed = 'Listening on 127.0.0.1:7007\n\n{"id":1,"title":"Water"}\nend\n';

    equal(findMissing('…:7007\n…\n{"id":1,…}\nend\n', printed), undefined);
    equal(findMissing('end\nListening…\n', printed), 'Listening…');
    equal(findMissing('{"id":2,…\n', printed), '{"id":2,…');
    equal(findMissing('id":1\n', printed), 'id":1');
  });
});
