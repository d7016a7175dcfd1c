import { describe, expect, it } from 'vitest';
import { loadPackage } from '../../src/url-reader/load-package.js';

describe('a package that only some applications have', () => {
  it('is loaded', async () => {
    const { sep } = await loadPackage('node:path', 'paths', () => import('node:path'));

    expect(sep).toBe('/');
  });

  it('is asked for with what to type when it is missing', async () => {
    const name = '@stagewire/not-there';
    const missing = Object.assign(new Error(`Cannot find package '${name}' imported from x`), {
      code: 'ERR_MODULE_NOT_FOUND',
    });

    await expect(
      loadPackage(name, 'the moon', () => Promise.reject(missing)),
    ).rejects.toMatchObject({
      code: 'E_URL_PACKAGE_MISSING',
      message: `Reading from the moon needs the package ${name}, which is not installed`,
      fix: `type: npm install ${name}`,
      cause: missing,
    });
  });

  it('is not taken for missing when something in it is', async () => {
    const broken = Object.assign(new Error(`Cannot find package 'inner' imported from x`), {
      code: 'ERR_MODULE_NOT_FOUND',
    });

    await expect(loadPackage('outer', 'x', () => Promise.reject(broken))).rejects.toBe(broken);
  });
});
