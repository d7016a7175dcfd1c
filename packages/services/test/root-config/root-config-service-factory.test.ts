import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RootConfig } from '@stagewire/config';
import type { ServiceFactory } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { rootConfigServiceFactory } from '../../src/root-config/root-config-service-factory.js';

function temporaryConfig(yaml: string): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'stagewire-root-config-')));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const path = join(root, 'app-config.yaml');
  writeFileSync(path, yaml);
  return path;
}

function recordConsole() {
  const printed: unknown[][] = [];
  for (const method of ['log', 'warn'] as const) {
    const spy = vi.spyOn(console, method).mockImplementation((...args) => void printed.push(args));
    onTestFinished(() => spy.mockRestore());
  }
  return printed;
}

async function make(factory: ServiceFactory): Promise<RootConfig> {
  const shape = factory as unknown as ServiceFactoryShape;
  const config = (await shape.factory({}, undefined)) as RootConfig;
  onTestFinished(() => config.close());
  return config;
}

describe('rootConfigServiceFactory', () => {
  it('is a feature, and a function that makes one', () => {
    for (const each of [rootConfigServiceFactory, rootConfigServiceFactory({ watch: false })]) {
      expect({ ...each }).toMatchObject({
        $$type: '@backstage/BackendFeature',
        version: 'v1',
        featureType: 'service',
        service: { id: 'core.rootConfig', scope: 'root' },
        deps: {},
      });
    }
  });

  it('[CFG-6] prints where it loads from, before anything else', async () => {
    const path = temporaryConfig('] broken');
    const printed = recordConsole();

    await expect(
      make(rootConfigServiceFactory({ argv: ['--config', path] })),
    ).rejects.toMatchObject({ code: 'E_CONFIG_SYNTAX' });

    expect(printed).toEqual([[`Loading config from ${path}`]]);
  });

  it('[CFG-12] follows changes until it is disposed of', async () => {
    const path = temporaryConfig('a: 1');
    recordConsole();
    const config = await make(rootConfigServiceFactory({ argv: ['--config', path] }));

    writeFileSync(path, 'a: 2');
    await vi.waitFor(() => expect(config.getNumber('a')).toBe(2), { timeout: 5000 });
    config[Symbol.dispose]();
    writeFileSync(path, 'a: 3');
    await new Promise((resolve) => setTimeout(resolve, 250));

    expect(config.getNumber('a')).toBe(2);
  });

  it('[CFG-12] follows nothing with watch: false', async () => {
    const path = temporaryConfig('a: 1');
    recordConsole();
    const config = await make(rootConfigServiceFactory({ argv: ['--config', path], watch: false }));

    writeFileSync(path, 'a: 2');
    await new Promise((resolve) => setTimeout(resolve, 250));

    expect(config.getNumber('a')).toBe(1);
  });

  it('[CFG-7] refuses URLs without the remote option, and reads them with it', async () => {
    const argv = ['--config', 'http://127.0.0.1:9/app-config.yaml'];
    recordConsole();

    await expect(make(rootConfigServiceFactory({ argv }))).rejects.toThrow(
      'looks like a URL but remote configuration is not enabled',
    );
    await expect(
      make(rootConfigServiceFactory({ argv, remote: { reloadInterval: { seconds: 1 } } })),
    ).rejects.toThrow('Failed to read remote config at "http://127.0.0.1:9/app-config.yaml"');
  });

  it('tells a file that is named and does not exist', async () => {
    const path = temporaryConfig('a: { token: { $file: no-such-file } }');
    const printed = recordConsole();

    const config = await make(rootConfigServiceFactory({ argv: ['--config', path] }));

    expect(config.has('a.token')).toBe(false);
    expect(printed[1]).toEqual([
      `Config value 'a.token' is treated as absent: file ${join(path, '..', 'no-such-file')} does not exist (${path}:1)`,
    ]);
  });
});
