import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { resolvePackagePath } from '../src/index.js';
import { overridePackagePathResolution } from '../src/test-utils.js';

let off: { restore(): void } | undefined;

afterEach(() => off?.restore());

describe('overridePackagePathResolution', () => {
  it('[W2.9] has a package found elsewhere, until restored', () => {
    const usual = resolvePackagePath('express', 'lib');

    off = overridePackagePathResolution({ packageName: 'express', path: '/elsewhere' });

    expect(resolvePackagePath('express')).toBe(path.resolve('/elsewhere'));
    expect(resolvePackagePath('express', 'lib')).toBe(path.resolve('/elsewhere/lib'));
    off.restore();
    off.restore();
    expect(resolvePackagePath('express', 'lib')).toBe(usual);
  });

  it('[W2.9] works for packages that are not installed', () => {
    off = overridePackagePathResolution({ packageName: 'no-such-package', path: '/elsewhere' });

    expect(resolvePackagePath('no-such-package', 'a')).toBe(path.resolve('/elsewhere/a'));
  });

  it('[W2.9] has single paths found elsewhere, by their whole name', () => {
    const usual = resolvePackagePath('express', 'lib', 'router');
    let asked = 0;

    off = overridePackagePathResolution({
      packageName: 'express',
      paths: { lib: '/lib', 'lib/view.js': () => `/view/${++asked}` },
    });

    expect(resolvePackagePath('express', 'lib')).toBe('/lib');
    expect(resolvePackagePath('express', 'lib', 'view.js')).toBe('/view/1');
    expect(resolvePackagePath('express', 'lib/view.js')).toBe('/view/2');
    expect(resolvePackagePath('express', 'lib', 'router')).toBe(usual);
  });

  it('[W2.9] lets single paths go before the path of the package', () => {
    off = overridePackagePathResolution({
      packageName: 'express',
      path: '/elsewhere',
      paths: { lib: '/lib' },
    });

    expect(resolvePackagePath('express', 'lib')).toBe('/lib');
    expect(resolvePackagePath('express', 'index.js')).toBe(path.resolve('/elsewhere/index.js'));
  });

  it('[W2.9] refuses a second override of the same package', () => {
    off = overridePackagePathResolution({ packageName: 'express' });

    expect(() => overridePackagePathResolution({ packageName: 'express' })).toThrowError(
      expect.objectContaining({
        name: 'Error',
        code: 'E_PACKAGE_PATH_OVERRIDDEN',
        message: "Tried to override resolution for 'express' more than once for package 'express'",
      }),
    );
  });

  it('restores its own override only', () => {
    const first = overridePackagePathResolution({ packageName: 'express', path: '/first' });
    first.restore();
    off = overridePackagePathResolution({ packageName: 'express', path: '/second' });

    first.restore();

    expect(resolvePackagePath('express')).toBe(path.resolve('/second'));
  });
});
