import { hash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodeCache } from '../../src/loading/code-cache.js';
import { loader } from '../../src/loading/module-internals.js';
import { createInstall } from './installed-package.js';

const original = loader.prototype._compile;
let install: Awaited<ReturnType<typeof createInstall>>;
beforeEach(async () => {
  install = await createInstall();
});
afterEach(() => install.remove());

/** What a start does: loads a package with what former starts have left, and leaves its own. */
async function start(request = 'greeter') {
  const cache = new CodeCache(install.file, install.owns);
  const uninstall = cache.install();
  const exports = install.load(request);
  uninstall();
  const { counts } = cache;
  await cache.save();
  return { exports, counts };
}

const compiled = { fromFile: 0, compiled: 1 };
const fromFile = { fromFile: 1, compiled: 0 };

describe('compiled code', () => {
  it('is kept by the first start, and taken by the next', async () => {
    await install.write('greeter/index.js', 'exports.greet = () => "hello";');

    const [first, second] = [await start(), await start()];

    expect([first.counts, second.counts]).toEqual([compiled, fromFile]);
    expect([first.exports.greet(), second.exports.greet()]).toEqual(['hello', 'hello']);
  });

  it('of a source that has changed is never run, also with a source of the same length', async () => {
    await install.write('greeter/index.js', 'exports.greet = () => "hello";');
    await start();
    await install.write('greeter/index.js', 'exports.greet = () => "salve";');

    const changed = await start();

    expect(changed.exports.greet()).toBe('salve');
    expect(changed.counts).toEqual(compiled);
  });

  it('that is damaged, cut off or of another format is not given to V8', async () => {
    await install.write('greeter/index.js', 'exports.greet = () => "hello";');
    await start();
    const whole = await readFile(install.file);
    const damaged = Buffer.from(whole);
    damaged[whole.length - 20]! ^= 0xff;
    const other = Buffer.from(
      whole.toString('latin1').replace('"format":1', '"format":0'),
      'latin1',
    );

    for (const text of [damaged, whole.subarray(0, whole.length - 9), other, Buffer.from('{')]) {
      await writeFile(install.file, text);
      const { exports, counts } = await start();
      expect(exports.greet()).toBe('hello');
      expect(counts).toEqual(compiled);
    }
  });

  it('that V8 refuses is compiled anew and replaced', async () => {
    await install.write('greeter/index.js', 'exports.greet = () => "hello";');
    await start();
    const source = 'exports.greet = () => "somebody else";';
    await install.write('greeter/index.js', source);
    const [head, ...codes] = (await readFile(install.file)).toString('latin1').split('\n');
    const claimed = JSON.parse(head!);
    claimed.scripts[0][1] = hash('sha256', source, 'base64');
    const text = [JSON.stringify(claimed), ...codes].join('\n');
    await writeFile(install.file, Buffer.from(text, 'latin1'));

    const refused = await start();

    expect(refused.exports.greet()).toBe('somebody else');
    expect(refused.counts).toEqual(compiled);
    expect((await start()).counts).toEqual(fromFile);
  });

  it('of starts side by side leaves one whole file, for its owner alone', async () => {
    await install.write('greeter/index.js', 'exports.greet = () => "hello";');
    const caches = [1, 2].map(() => new CodeCache(install.file, install.owns));
    for (const cache of caches) {
      const uninstall = cache.install();
      install.load('greeter');
      uninstall();
    }

    await Promise.all(caches.map((cache) => cache.save()));

    expect(await readdir(dirname(install.file))).toEqual(['test']);
    expect((await start()).counts).toEqual(fromFile);
  });

  it('that cannot be written is told to whoever saves, and the modules run', async () => {
    await install.write('greeter/index.js', 'exports.greet = () => "hello";');
    await mkdir(install.file, { recursive: true });

    await expect(start()).rejects.toThrow();

    expect(install.load('greeter').greet()).toBe('hello');
  });
});

describe('a module that comes out of the file', () => {
  it('has what Node gives to a module', async () => {
    const path = await install.write(
      'greeter/index.js',
      `exports.seen = { __filename, __dirname, isThis: this === exports, id: module.id,
         resolved: require.resolve('./other.js'), paths: require.resolve.paths('x').length > 0,
         cached: require.cache[__filename] === module, main: require.main };
       exports.other = require('./other.js');
       exports.fail = () => { throw new Error('no'); };`,
    );
    await install.write('greeter/other.js', 'module.exports = 42;');

    const [{ exports: first }, { exports: second }] = [await start(), await start()];

    expect(second.seen).toEqual(first.seen);
    expect(second.seen).toMatchObject({
      __filename: path,
      isThis: true,
      cached: true,
      paths: true,
    });
    expect(second.other).toBe(42);
    expect(stackOf(second.fail)).toContain(`${path}:5:`);
  });

  it('tells columns of its first line as they are', async () => {
    const path = await install.write(
      'greeter/index.js',
      'exports.fail = () => { throw new Error(); };',
    );
    await start();

    expect(stackOf((await start()).exports.fail)).toContain(`${path}:1:30`);
  });

  it('is left to Node when it imports ES modules later', async () => {
    await install.write('greeter/index.js', "exports.load = () => import('./other.mjs');");
    await install.write('greeter/other.mjs', 'export const answer = 43;');

    const { exports, counts } = await start();

    expect((await exports.load()).answer).toBe(43);
    expect(counts).toEqual({ fromFile: 0, compiled: 0 });
  });

  it('is left to Node, which maps stacks to sources, when that is switched on', async () => {
    await install.write('greeter/index.js', 'exports.greet = () => "hello";');
    await start();

    process.setSourceMapsEnabled(true);
    const { counts } = await start().finally(() => process.setSourceMapsEnabled(false));

    expect(counts).toEqual({ fromFile: 0, compiled: 0 });
  });

  it('is left to Node once the start is over, also if somebody has come in between', async () => {
    await install.write('greeter/index.js', 'exports.greet = () => "hello";');
    const cache = new CodeCache(install.file, install.owns);
    const uninstall = cache.install();
    const inner = loader.prototype._compile;
    loader.prototype._compile = function outer(...args) {
      return inner.apply(this, args);
    };
    uninstall();

    const { greet } = install.load('greeter');
    loader.prototype._compile = original;

    expect([greet(), cache.counts]).toEqual(['hello', { fromFile: 0, compiled: 0 }]);
  });

  it('is told about by Node when it is no program', async () => {
    await install.write('greeter/index.js', 'exports.greet = () => {');

    await expect(start()).rejects.toThrow(SyntaxError);
  });
});

function stackOf(fail: () => void): string {
  try {
    fail();
  } catch (error) {
    return (error as Error).stack ?? '';
  }
  return '';
}
