import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { resolvePackagePath } from '../src/index.js';

let app: string;

beforeEach(() => {
  app = realpathSync(mkdtempSync(path.join(tmpdir(), 'package-path-')));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(app, { recursive: true });
});

describe('resolvePackagePath', () => {
  it('[W2.9] finds the folder of a package that the plugin API can see', () => {
    const require = createRequire(import.meta.url);
    const folder = path.dirname(require.resolve('express/package.json'));

    expect(resolvePackagePath('express')).toBe(folder);
    expect(resolvePackagePath('express', 'lib', 'router')).toBe(path.join(folder, 'lib/router'));
  });

  it('finds a package that the working directory can see', () => {
    const folder = install('@acme/plugin-todo-backend', {});
    workIn('packages/backend');

    expect(resolvePackagePath('@acme/plugin-todo-backend', 'migrations')).toBe(
      path.join(folder, 'migrations'),
    );
  });

  it('finds a package that keeps its package.json to itself', () => {
    const folder = install('closed', { exports: './index.js' });
    workIn('packages/backend');

    expect(resolvePackagePath('closed', 'migrations')).toBe(path.join(folder, 'migrations'));
  });

  it('finds the real folder of a linked package, closed or not', () => {
    const folder = path.join(app, 'packages/linked');
    writePackage(folder, { name: 'linked', exports: './index.js' });
    mkdirSync(path.join(app, 'node_modules'));
    symlinkSync(folder, path.join(app, 'node_modules/linked'));
    workIn('.');

    expect(resolvePackagePath('linked')).toBe(folder);
  });

  it('finds the package one works in, which is not installed anywhere', () => {
    writePackage(app, { name: '@acme/plugin-todo-backend' });
    workIn('src/service');

    expect(resolvePackagePath('@acme/plugin-todo-backend', 'migrations')).toBe(
      path.join(app, 'migrations'),
    );
  });

  it('tells which package is missing, and where it was looked for', () => {
    workIn('.');

    expect(() => resolvePackagePath('no-such-package', 'x')).toThrowError(
      expect.objectContaining({
        code: 'E_PACKAGE_NOT_FOUND',
        message: `Package 'no-such-package' was not found from the plugin API or ${app}`,
        fix: expect.stringContaining('install no-such-package'),
        cause: expect.objectContaining({ code: 'MODULE_NOT_FOUND' }),
      }),
    );
  });

  it('is not misled by a package.json that cannot be read', () => {
    writeFileSync(path.join(app, 'package.json'), '{');
    workIn('.');

    expect(() => resolvePackagePath('no-such-package')).toThrowError(
      expect.objectContaining({ code: 'E_PACKAGE_NOT_FOUND' }),
    );
  });
});

function install(name: string, fields: object): string {
  const folder = path.join(app, 'node_modules', name);
  writePackage(folder, { name, ...fields });
  return folder;
}

function writePackage(folder: string, content: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(content));
}

/** A worker thread cannot change its working directory, so the tests only say they did. */
function workIn(folder: string): void {
  const directory = path.join(app, folder);
  mkdirSync(directory, { recursive: true });
  vi.spyOn(process, 'cwd').mockReturnValue(directory);
}
