import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeferredPackages } from '../../src/loading/deferred-packages.js';
import { loader } from '../../src/loading/module-internals.js';
import { createInstall } from './installed-package.js';

let install: Awaited<ReturnType<typeof createInstall>>;
const loaded = () => (globalThis as { loadedClients?: string[] }).loadedClients ?? [];

beforeEach(async () => {
  install = await createInstall();
  await install.write('.package-lock.json', '{}');
  await client('1.0.0', 'exports.Client = class { ask() { return 1; } };');
  await install.write('plugin/index.js', "exports.sdk = require('octokit');");
});
afterEach(async () => {
  delete (globalThis as { loadedClients?: string[] }).loadedClients;
  await install.remove();
});

/** A package that is on the list, which tells when it is loaded. */
async function client(version: string, text: string) {
  await install.write('octokit/package.json', JSON.stringify({ name: 'octokit', version }));
  await install.write(
    'octokit/index.js',
    `(globalThis.loadedClients ??= []).push('${version}');
     Object.defineProperty(exports, '__esModule', { value: true });
     ${text}`,
  );
}

async function start() {
  const packages = new DeferredPackages(install.file);
  const uninstall = packages.install();
  const { sdk } = install.load('plugin');
  uninstall();
  await packages.save();
  return sdk;
}

describe('a client of another system', () => {
  it('is loaded at once by the first start, and when it is used by the next', async () => {
    await start();
    expect(loaded()).toEqual(['1.0.0']);

    const sdk = await start();

    expect(loaded()).toEqual(['1.0.0']);
    expect(new sdk.Client().ask()).toBe(1);
    expect(loaded()).toEqual(['1.0.0', '1.0.0']);
    expect(new sdk.Client()).toBeInstanceOf(sdk.Client);
  });

  it('reads as it is, before it is loaded', async () => {
    await start();

    const sdk = await start();

    expect(Object.keys(sdk)).toEqual(['Client']);
    expect(['Client' in sdk, 'default' in sdk, sdk.__esModule]).toEqual([true, false, true]);
    expect(loaded()).toEqual(['1.0.0']);
  });

  it('is loaded at once in another version', async () => {
    await start();
    await client('2.0.0', 'exports.Client = class { ask() { return 2; } }; exports.more = 1;');

    const sdk = await start();

    expect(loaded()).toEqual(['1.0.0', '2.0.0']);
    expect(sdk).toMatchObject({ more: 1 });
  });

  it('is loaded at once after another install, which may have changed what it passes on', async () => {
    await start();
    await install.write('.package-lock.json', '{ "packages": {} }');

    await start();

    expect(loaded()).toEqual(['1.0.0', '1.0.0']);
  });

  it('is always loaded at once where no package manager says when it installed', async () => {
    await install.removeFile('.package-lock.json');
    await start();
    await start();

    expect(loaded()).toEqual(['1.0.0', '1.0.0']);
  });

  it.each([
    ['a function', 'module.exports = function octokit() {};'],
    ['an instance', 'module.exports = new (class Octokit {})();'],
    ['a proxy', 'module.exports = new Proxy({}, {});'],
    ['something hidden', "Object.defineProperty(exports, 'hidden', { value: 1 });"],
    ['something without a name', 'exports[Symbol.for("octokit")] = 1;'],
    ['what is frozen', 'module.exports = Object.freeze({ Client: 1 });'],
  ])('that exports %s is always loaded at once', async (_, text) => {
    await client('1.0.0', text);
    await start();
    await start();

    expect(loaded()).toEqual(['1.0.0', '1.0.0']);
  });

  it('is told from another copy of it', async () => {
    await install.write('plugin/node_modules/octokit/index.js', 'exports.other = true;');
    await install.write('plugin/node_modules/octokit/package.json', '{}');
    await install.write(
      'plugin/index.js',
      "exports.sdk = [require('octokit'), require('../second')];",
    );
    await install.write('second/index.js', "module.exports = require('octokit');");
    await start();

    const [other, sdk] = await start();

    expect(loaded()).toEqual(['1.0.0']);
    expect([Object.keys(other), Object.keys(sdk), other.other]).toEqual([
      ['other'],
      ['Client'],
      true,
    ]);
  });

  it('passes on what is changed in it, before and after it is loaded', async () => {
    await start();
    const sdk = await start();

    sdk.added = 'added';
    Object.defineProperty(sdk, 'Client', { configurable: true, value: 'wrapped' });

    const real = install.program('octokit');
    expect([real.added, real.Client, sdk.Client, 'added' in sdk]).toEqual([
      'added',
      'wrapped',
      'wrapped',
      true,
    ]);
    delete sdk.added;
    real.later = 'later';
    expect([Object.keys(real), Object.keys(sdk)]).toEqual([
      ['Client', 'later'],
      ['Client', 'later'],
    ]);
  });

  it('can be spread, taken apart, extended and passed on', async () => {
    await install.write(
      'plugin/index.js',
      `const sdk = require('octokit');
       exports.sdk = {
         passedOn: Object.defineProperty({}, 'Client', Object.getOwnPropertyDescriptor(sdk, 'Client')),
         get extended() { return new (class extends sdk.Client {})().ask(); },
         get spread() { return { ...sdk }.Client === sdk.Client; },
         get takenApart() { const { Client } = sdk; return Client === sdk.Client; },
       };`,
    );
    await start();

    const { passedOn, ...rest } = await start();

    expect(rest).toEqual({ extended: 1, spread: true, takenApart: true });
    expect(new passedOn.Client().ask()).toBe(1);
  });

  it('gives the rest of a circle what is there so far', async () => {
    await client(
      '1.0.0',
      "exports.early = 1; exports.seen = require('./part.js').seen; exports.late = 2;",
    );
    await install.write(
      'octokit/part.js',
      "const octokit = require('octokit'); exports.seen = [octokit.early, octokit.late];",
    );
    await start();

    const sdk = await start();

    expect([sdk.seen, sdk.early, sdk.late]).toEqual([[1, undefined], 1, 2]);
  });

  it('that fails says in the stack where it was required, each time', async () => {
    await client(
      '1.0.0',
      'if (globalThis.loadedClients.length > 1) throw new Error("no"); exports.a = 1;',
    );
    const plugin = await install.write('plugin/index.js', "exports.sdk = require('octokit');");
    await start();

    const sdk = await start();

    for (const _ of [1, 2]) {
      let failure: unknown;
      try {
        void sdk.a;
      } catch (error) {
        failure = error;
      }
      expect(failure).toMatchObject({
        message: 'no',
        stack: expect.stringContaining(`at require('octokit') (${plugin})`),
      });
    }
  });

  it('is loaded anew when it is taken out of require.cache', async () => {
    await install.write('plugin/index.js', "exports.sdk = { ask: () => require('octokit') };");
    await start();
    const packages = new DeferredPackages(install.file);
    const uninstall = packages.install();

    const { ask } = install.load('plugin').sdk;
    const [first] = [ask().Client];
    delete install.program.cache[install.program.resolve('octokit')];
    const second = ask().Client;
    uninstall();

    expect(second).not.toBe(first);
  });

  it('has its names for an ES module that imports it', async () => {
    const plugin = await install.write(
      'plugin/index.mjs',
      "import { Client } from 'octokit'; export const answer = new Client().ask();",
    );
    await start();
    const uninstall = new DeferredPackages(install.file).install();

    const { answer } = await import(/* @vite-ignore */ pathToFileURL(plugin).href);
    uninstall();

    expect(answer).toBe(1);
  });

  it.each([
    ['Module._load', loader, '_load'],
    ['require', loader.prototype, 'require'],
  ] as const)('is loaded at once when somebody has replaced %s', async (_, owner, name) => {
    await start();
    const packages = new DeferredPackages(install.file);
    const uninstall = packages.install();
    const inner: Function = Reflect.get(owner, name);
    Reflect.set(owner, name, function replaced(this: unknown, ...args: unknown[]) {
      return inner.apply(this, args);
    });

    install.load('plugin');
    Reflect.set(owner, name, inner);
    uninstall();

    expect(packages.deferred).toEqual([]);
    expect(loaded()).toEqual(['1.0.0', '1.0.0']);
  });

  it('that is not installed is missed at once', async () => {
    await install.write('plugin/index.js', "exports.sdk = require('isomorphic-git');");

    await expect(start()).rejects.toThrow(/Cannot find module 'isomorphic-git'/);
  });
});
