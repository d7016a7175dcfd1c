import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileChanges } from '../../../src/commands/new/file-changes.js';
import { TempRepository } from '../../temp-repository.js';

describe('FileChanges', () => {
  it('writes nothing before it is told to', () => {
    using folder = new TempRepository({ 'a.json': '{\n\t"name": "a"\n}\n' });
    const changes = new FileChanges(folder.root);

    changes.makeFolder('plugins/todo', { 'src/index.ts': 'export {};\n' });
    changes.changeJson('a.json', (json) => ({ ...json, version: '1.0.0' }));
    expect(existsSync(join(folder.root, 'plugins'))).toBe(false);

    changes.write();
    expect(readFileSync(join(folder.root, 'plugins/todo/src/index.ts'), 'utf8')).toBe(
      'export {};\n',
    );
    expect(readFileSync(join(folder.root, 'a.json'), 'utf8')).toBe(
      '{\n\t"name": "a",\n\t"version": "1.0.0"\n}\n',
    );
  });

  it('refuses folders and files that are there', () => {
    using folder = new TempRepository({ 'plugins/todo/notes.txt': 'mine' });
    const changes = new FileChanges(folder.root);
    const refusal = expect.objectContaining({ code: 'E_CLI_NEW_EXISTS' });

    expect(() => changes.makeFolder('plugins/todo', {})).toThrow(refusal);
    expect(() => changes.makeFile('plugins/todo/notes.txt', '')).toThrow(refusal);
  });

  it('takes back all of it when a part cannot be written', () => {
    using folder = new TempRepository({ 'a.txt': 'as it was', file: '' });
    const changes = new FileChanges(folder.root);
    changes.makeFolder('plugins/todo', { 'index.ts': '' });
    changes.change('a.txt', 'changed');
    // A file is no folder, so nothing can be made in it.
    changes.makeFile('file/inside.txt', '');

    expect(() => changes.write()).toThrow(expect.objectContaining({ code: 'E_CLI_NEW_WRITE' }));

    expect(existsSync(join(folder.root, 'plugins'))).toBe(false);
    expect(readFileSync(join(folder.root, 'a.txt'), 'utf8')).toBe('as it was');
  });

  it('keeps the line ends of JSON files', () => {
    using folder = new TempRepository({ 'a.json': '{\r\n  "name": "a"\r\n}\r\n' });
    const changes = new FileChanges(folder.root);

    changes.changeJson('a.json', (json) => ({ ...json, version: '1.0.0' }));

    expect(changes.read('a.json')).toBe('{\r\n  "name": "a",\r\n  "version": "1.0.0"\r\n}\r\n');
  });

  it('tells what is made and what changes, and leaves out what stays as it is', () => {
    using folder = new TempRepository({ 'a.txt': 'a', 'b.txt': 'b' });
    const changes = new FileChanges(folder.root);

    changes.makeFile('c.txt', 'c');
    changes.change('b.txt', 'other');
    changes.change('a.txt', 'a');

    expect([changes.made, changes.changed]).toEqual([['c.txt'], ['b.txt']]);
  });
});
