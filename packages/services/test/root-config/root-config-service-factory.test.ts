import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  collectConfigSchema,
  listSecretKeys,
  type ConfigRefusedError,
  type RootConfig,
} from '@stagewire/config';
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

  describe('holds values to what installed packages declare, and', () => {
    const PATTERN = '^https?://';
    const configSchema = {
      properties: {
        port: { type: 'number' },
        url: { type: 'string', pattern: PATTERN },
        token: { type: 'string', visibility: 'secret' },
      },
    };

    /** A configuration in a folder whose package declares a schema, as the one that is started in. */
    function appWithSchema(yaml: string, fields: Record<string, unknown> = {}) {
      const path = temporaryConfig(yaml);
      const root = dirname(path);
      const manifest = { name: 'app', version: '1.0.0', configSchema };
      writeFileSync(join(root, 'package.json'), JSON.stringify({ ...manifest, ...fields }));
      const cwd = vi.spyOn(process, 'cwd').mockReturnValue(root);
      onTestFinished(() => cwd.mockRestore());
      return { argv: ['--config', path], path };
    }

    it('refuses all that cannot be, at once, before anything runs', async () => {
      const { argv } = appWithSchema('port: x\nurl: localhost');
      const printed = recordConsole();

      await expect(make(rootConfigServiceFactory({ argv }))).rejects.toMatchObject({
        code: 'E_CONFIG_REFUSED',
        errors: [
          { message: "'port' is 'x', wanted a number (app-config.yaml:1)" },
          {
            message: `'url' is 'localhost', wanted a string that matches /${PATTERN}/ (app-config.yaml:2)`,
          },
        ],
      });
      expect(printed).toHaveLength(1);
    });

    it.each([
      [
        'a key that is probably a slip',
        'prot: 7007',
        {},
        /^E_CONFIG_UNKNOWN_KEY {2}'prot' is .*\n {2}fix: rename it to 'port'/,
      ],
      [
        'a schema that cannot be read',
        'port: x',
        { configSchema: 'gone.json' },
        /^E_CONFIG_SCHEMA {2}the .* of app@1.0.0 .* there is no such file/,
      ],
    ])('warns of %s', async (_title, yaml, fields, expected) => {
      const { argv } = appWithSchema(yaml, fields);
      const printed = recordConsole();

      await make(rootConfigServiceFactory({ argv }));

      expect(printed.slice(1)).toEqual([[expect.stringMatching(expected)]]);
    });

    it('does not with schema: false', async () => {
      const { argv } = appWithSchema('port: x');
      recordConsole();

      const config = await make(rootConfigServiceFactory({ argv, schema: false }));

      expect(config.get()).toEqual({ port: 'x' });
    });

    it('[CFG-12] keeps the values when a change cannot be, and says why', async () => {
      const { argv, path } = appWithSchema('port: 1');
      recordConsole();
      const told: string[] = [];
      const print = vi.spyOn(console, 'error').mockImplementation((line) => void told.push(line));
      onTestFinished(() => print.mockRestore());
      const config = await make(rootConfigServiceFactory({ argv }));

      writeFileSync(path, 'port: x');
      await vi.waitFor(() => expect(told).toHaveLength(1), { timeout: 5000 });

      expect(told[0]).toMatch(
        /^The changed .* not used, .*\.\nE_CONFIG_VALUE {2}'port' is 'x', wanted a number \(app-config.yaml:1\)/,
      );
      expect(config.getNumber('port')).toBe(1);
    });

    it('[LOG-6] lets the log know what is secret', async () => {
      const { argv } = appWithSchema('token: x');
      recordConsole();

      expect(listSecretKeys(await make(rootConfigServiceFactory({ argv })))).toEqual(['token']);
    });
  });

  it('tells what our own services cannot use before a port is open', async () => {
    const path = temporaryConfig(
      [
        'backend:',
        '  baseUrl: localhost:7007',
        '  listen: nowhere',
        '  auth: { externalAccess: [{ type: static, options: { token: [5] } }] }',
        '  cache: { maxEntries: 0.5, store: reddis }',
        '  database: { client: pgg, connectionBudget: 0 }',
        '  rateLimit: { plugin: { todo: { incomingRequestLimit: many } } }',
        '  config: { onInvalid: abrot }',
      ].join('\n'),
    );
    const packages = fileURLToPath(new URL('../../..', import.meta.url));
    const schema = await collectConfigSchema({
      cwd: join(packages, 'backend'),
      program: undefined,
      cache: false,
    });
    const printed = recordConsole();

    const failure = await make(
      rootConfigServiceFactory({ argv: ['--config', path], schema }),
    ).catch((error: unknown) => error as ConfigRefusedError);

    expect(printed).toHaveLength(1);
    expect((failure as ConfigRefusedError).errors.map(({ message }) => message)).toEqual(
      [
        ["baseUrl' is 'localhost:7007'", 2],
        ["listen' is 'nowhere'", 3],
        ["auth.externalAccess[0].options.token' is a list", 4],
        ["cache.maxEntries' is 0.5", 5],
        ["cache.store' is 'reddis'", 5],
        ["database.client' is 'pgg'", 6],
        ["database.connectionBudget' is 0", 6],
        ["rateLimit.plugin.todo.incomingRequestLimit' is 'many'", 7],
        ["config.onInvalid' is 'abrot'", 8],
      ].map(([text, line]) =>
        expect.toSatisfy(
          (message: string) =>
            message.startsWith(`'backend.${text}, wanted `) && message.endsWith(`:${line})`),
        ),
      ),
    );
  });
});
