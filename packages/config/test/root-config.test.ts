import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  collectConfigSchema,
  ConfigReader,
  listSecretKeys,
  loadRootConfig,
  locateValue,
  type RootConfigOptions,
} from '../src/index.js';
import { temporaryFiles } from './temporary-files.js';

/** Loads files of a new folder, and records what is told afterwards. */
async function open(files: Record<string, string>, options: RootConfigOptions = {}) {
  const root = temporaryFiles(files);
  const invalid: Error[] = [];
  const config = await loadRootConfig({
    args: [],
    cwd: root,
    env: {},
    onInvalid: (error) => invalid.push(error as Error),
    ...options,
  });
  onTestFinished(() => config.close());
  const changes = vi.fn<() => void>();
  config.subscribe(changes);
  const write = (name: string, text: string) => writeFileSync(join(root, name), text);
  return { root, config, invalid, changes, write };
}

const soon = (assertion: () => void) => vi.waitFor(assertion, { timeout: 5000, interval: 10 });

/** Longer than a change takes to be noticed. */
const quietTime = () => new Promise((resolve) => setTimeout(resolve, 300));

describe('the live configuration', () => {
  it('[CFG-5] [CFG-12] follows a change of a file, in every view', async () => {
    const { config, changes, write } = await open({ 'app-config.yaml': 'a: { b: { c: 1 } }' });
    const view = config.getConfig('a').getConfig('b');
    const optional = config.getOptionalConfig('a');

    write('app-config.yaml', 'a: { b: { c: 2 } }');
    await soon(() => expect(changes).toHaveBeenCalledTimes(1));

    expect(view.getNumber('c')).toBe(2);
    expect(optional?.get()).toEqual({ b: { c: 2 } });
    expect(view.keys()).toEqual(['c']);
  });

  it('[CFG-5] tells views of a change, too, until they unsubscribe', async () => {
    const { config, changes, write } = await open({ 'app-config.yaml': 'a: { b: 1 }' });
    const onChange = vi.fn<() => void>();
    const subscription = config.getConfig('a').subscribe?.(onChange);

    write('app-config.yaml', 'a: { b: 2 }');
    await soon(() => expect(onChange).toHaveBeenCalledTimes(1));
    subscription?.unsubscribe();
    write('app-config.yaml', 'a: { b: 3 }');
    await soon(() => expect(changes).toHaveBeenCalledTimes(2));

    expect(onChange).toHaveBeenCalledTimes(1);
  });

  it('[CFG-5] does not tell a change that changes no value', async () => {
    const { root, config, changes, write } = await open({ 'app-config.yaml': 'a: 1\nb: 2' });

    write('app-config.yaml', '# a comment\n\nb: 2\na: 1');
    utimesSync(join(root, 'app-config.yaml'), new Date(), new Date());
    await soon(() => expect(locateValue(config, 'a')).toMatch(/:4$/));

    expect(changes).not.toHaveBeenCalled();
  });

  it('[CFG-5] prints what a subscriber throws, and calls the others', async () => {
    const { config, write } = await open({ 'app-config.yaml': 'a: 1' });
    const print = vi.spyOn(console, 'error').mockReturnValue();
    onTestFinished(() => print.mockRestore());
    const failure = new Error('no');
    const other = vi.fn<() => void>();
    config.subscribe(() => {
      throw failure;
    });
    config.subscribe(other);

    write('app-config.yaml', 'a: 2');
    await soon(() => expect(other).toHaveBeenCalled());

    expect(print.mock.calls).toEqual([['Config subscriber failed,', failure]]);
  });

  it('[CFG-12] keeps the values when a change is invalid, says why, and goes on', async () => {
    const { config, changes, invalid, write } = await open({ 'app-config.yaml': 'a: 1' });

    write('app-config.yaml', 'a: 1: 2');
    await soon(() => expect(invalid).toHaveLength(1));
    expect(invalid[0]).toMatchObject({ code: 'E_CONFIG_SYNTAX' });
    expect(config.get()).toEqual({ a: 1 });

    write('app-config.yaml', 'a: 3');
    await soon(() => expect(config.get()).toEqual({ a: 3 }));
    expect(changes).toHaveBeenCalledTimes(1);
  });

  it('[CFG-12] follows included files and files of secrets', async () => {
    const { config, write } = await open({
      'app-config.yaml': 'a: { $include: part.yaml }\nb: { $file: secret }\nc: { $file: later }',
      'part.yaml': 'x: 1',
      secret: 'one',
    });

    write('part.yaml', 'x: 2');
    write('secret', 'two');
    write('later', 'three');

    await soon(() => expect(config.get()).toEqual({ a: { x: 2 }, b: 'two', c: 'three' }));
  });

  it('[CFG-12] follows files that are added, replaced and removed', async () => {
    const { root, config, write } = await open({ 'app-config.yaml': 'a: 1' });

    write('app-config.local.yaml', 'a: 2');
    await soon(() => expect(config.get()).toEqual({ a: 2 }));
    write('new.yaml', 'a: 3');
    renameSync(join(root, 'new.yaml'), join(root, 'app-config.local.yaml'));
    await soon(() => expect(config.get()).toEqual({ a: 3 }));
    unlinkSync(join(root, 'app-config.local.yaml'));
    await soon(() => expect(config.get()).toEqual({ a: 1 }));
  });

  it('[CFG-12] follows a folder that is swapped behind a link, as mounted secrets are', async () => {
    const { root, config } = await open({ 'app-config.yaml': 'a: { $file: mount/data/token }' });
    expect(config.get()).toEqual({});

    for (const version of ['1', '2']) mkdirSync(join(root, 'mount', version), { recursive: true });
    writeFileSync(join(root, 'mount/1/token'), 'one');
    writeFileSync(join(root, 'mount/2/token'), 'two');
    symlinkSync('1', join(root, 'mount/data'));
    appendFileSync(join(root, 'app-config.yaml'), '\n# seen');
    await soon(() => expect(config.get()).toEqual({ a: 'one' }));
    symlinkSync('2', join(root, 'mount/next'));
    renameSync(join(root, 'mount/next'), join(root, 'mount/data'));
    rmSync(join(root, 'mount/1'), { recursive: true });

    await soon(() => expect(config.get()).toEqual({ a: 'two' }));
  });

  it('[CFG-12] reads secrets again that are mounted as Kubernetes mounts them', async () => {
    const { root, config } = await open({
      'app-config.yaml': 'a: { $file: mount/token }\nb: { $file: mount/key }',
      'mount/..1/token': 'token one',
      'mount/..1/key': 'key one',
    });
    // The volume: names lead through ..data, which is swapped as a whole.
    symlinkSync('..1', join(root, 'mount/..data'));
    for (const name of ['token', 'key']) symlinkSync(`..data/${name}`, join(root, 'mount', name));
    await soon(() => expect(config.get()).toEqual({ a: 'token one', b: 'key one' }));

    for (const version of ['2', '3']) {
      mkdirSync(join(root, `mount/..${version}`));
      for (const name of ['token', 'key']) {
        writeFileSync(join(root, `mount/..${version}`, name), `${name} ${version}`);
      }
      symlinkSync(`..${version}`, join(root, 'mount/..data_tmp'));
      renameSync(join(root, 'mount/..data_tmp'), join(root, 'mount/..data'));
      rmSync(join(root, `mount/..${Number(version) - 1}`), { recursive: true });

      await soon(() =>
        expect(config.get()).toEqual({ a: `token ${version}`, b: `key ${version}` }),
      );
    }
  });

  it('[CFG-12] follows a file that was missed when it was to be included', async () => {
    const { config, invalid, write } = await open({ 'app-config.yaml': 'a: 1' });

    write('app-config.yaml', 'a: { $include: part.yaml }');
    await soon(() => expect(invalid).toMatchObject([{ code: 'E_CONFIG_INCLUDE' }]));
    write('part.yaml', 'x: { $include: deeper.yaml }');
    await soon(() => expect(invalid).toHaveLength(2));
    write('deeper.yaml', 'y: 2');
    await soon(() => expect(config.get()).toEqual({ a: { x: { y: 2 } } }));

    // And all of them from then on.
    write('part.yaml', 'x: 3');
    await soon(() => expect(config.get()).toEqual({ a: { x: 3 } }));
    expect(invalid).toHaveLength(2);
  });

  it('[CFG-12] looks at the files now and then, where nothing is reported', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    // A folder that does not exist cannot be watched.
    const { root, config } = await open({ 'app-config.yaml': 'a: { $file: none/token }' });
    await vi.advanceTimersByTimeAsync(1000);

    mkdirSync(join(root, 'none'));
    writeFileSync(join(root, 'none/token'), 'here');
    await vi.advanceTimersByTimeAsync(5000);
    vi.useRealTimers();

    await soon(() => expect(config.get()).toEqual({ a: 'here' }));
  });

  it('[CFG-12] asks URLs again at the interval, and keeps the values when they fail', async () => {
    const answers = ['a: 1', undefined, 'a: 2'];
    let last: string | undefined;
    const server = createServer((_request, response) => {
      last = answers.length > 1 ? answers.shift() : answers[0];
      response.writeHead(last ? 200 : 500).end(last);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/c.yaml`;

    const { config, invalid } = await open(
      {},
      { args: ['--config', url], remote: true, reloadInterval: 20 },
    );

    expect(config.get()).toEqual({ a: 1 });
    await soon(() => expect(config.get()).toEqual({ a: 2 }));
    expect(invalid).toMatchObject([{ code: 'E_CONFIG_REMOTE' }]);
  });

  it('[CFG-12] follows nothing when it is told not to, or after it was closed', async () => {
    const still = await open({ 'app-config.yaml': 'a: 1' }, { watch: false });
    const closed = await open({ 'app-config.yaml': 'a: 1' });
    closed.config[Symbol.dispose]();
    closed.config.close();

    still.write('app-config.yaml', 'a: 2');
    closed.write('app-config.yaml', 'a: 2');
    await quietTime();

    expect(still.config.get()).toEqual({ a: 1 });
    expect(closed.config.get()).toEqual({ a: 1 });
    expect(closed.changes).not.toHaveBeenCalled();
  });

  it('never keeps a process alive', async () => {
    const before = process.getActiveResourcesInfo().length;

    await open({ 'app-config.yaml': 'a: 1' });

    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before);
  });
});

describe('the live configuration with a schema', () => {
  const configSchema = {
    properties: {
      port: { type: 'number' },
      token: { type: 'string', visibility: 'secret' },
      backend: {},
    },
    required: ['name'],
  };

  /** The same with a schema that is declared by the app itself; records warnings. */
  async function openWithSchema(yaml: string) {
    const cwd = temporaryFiles({ 'package.json': JSON.stringify({ name: 'app', configSchema }) });
    const warnings: string[] = [];
    const opened = await open(
      { 'app-config.yaml': yaml },
      {
        schema: () => collectConfigSchema({ cwd, program: undefined, cache: false }),
        onWarning: ({ error }) => warnings.push(error.message),
      },
    );
    return { ...opened, warnings };
  }

  it('is refused when a value cannot be', async () => {
    await expect(openWithSchema('port: many')).rejects.toMatchObject({
      code: 'E_CONFIG_VALUE',
      message: expect.stringContaining("'port' is 'many', wanted a number"),
    });
    await expect(openWithSchema('port: many\ntoken: 5')).rejects.toMatchObject({
      code: 'E_CONFIG_REFUSED',
    });
  });

  it('[CFG-12] keeps its values when a change brings one that cannot be, and says why', async () => {
    const { config, changes, invalid, write } = await openWithSchema('port: 1\nname: x');

    write('app-config.yaml', 'port: many\nname: x');
    await soon(() => expect(invalid).toMatchObject([{ code: 'E_CONFIG_VALUE' }]));
    expect(config.get()).toEqual({ port: 1, name: 'x' });

    write('app-config.yaml', 'port: 2\nname: x');
    await soon(() => expect(config.getNumber('port')).toBe(2));
    expect(changes).toHaveBeenCalledTimes(1);

    write('app-config.yaml', 'port: many\nname: x\nbackend: { config: { onInvalid: warn } }');
    await soon(() => expect(config.getString('port')).toBe('many'));
    expect(invalid).toHaveLength(1);
  });

  it('tells each warning once, however often it is loaded', async () => {
    const { config, warnings, write } = await openWithSchema('prt: 1\nporrt: 2');

    write('app-config.yaml', 'prt: 1\nporrt: 2\nport: 3');
    await soon(() => expect(config.has('port')).toBe(true));
    write('app-config.yaml', 'prt: 1\nporrt: 2\nport: 4\ntokn: 5');
    await soon(() => expect(config.getNumber('port')).toBe(4));

    expect(warnings.map((text) => text.replace(/ \(.*/, ''))).toEqual([
      "'porrt' is known to no installed package",
      'a key that installed packages need is not set: name',
      "'tokn' is known to no installed package",
    ]);
  });

  it('[LOG-6] knows which of its values are secret now', async () => {
    const { config, write } = await openWithSchema('name: x\ntoken: a');
    expect(listSecretKeys(config)).toEqual(['token']);
    expect(listSecretKeys(config.getConfig('backend'))).toEqual(['token']);

    write('app-config.yaml', 'name: x');
    await soon(() => expect(config.has('token')).toBe(false));

    expect(listSecretKeys(config)).toEqual([]);
    expect(listSecretKeys(new ConfigReader({ token: 'a' }))).toEqual([]);
  });
});

describe('a view of the live configuration', () => {
  it('reads as a reader does, with full keys in errors', async () => {
    const { root, config } = await open({
      'app-config.yaml': 'a:\n  s: x\n  n: 1\n  t: yes\n  l: [x]\n  o: [{ p: 1 }]\n  e: ""',
    });
    const view = config.getConfig('a');

    expect({
      has: view.has('s'),
      string: [view.getString('s'), view.getOptionalString('none')],
      number: [view.getNumber('n'), view.getOptionalNumber('n')],
      boolean: [view.getBoolean('t'), view.getOptionalBoolean('none')],
      strings: [view.getStringArray('l'), view.getOptionalStringArray('none')],
      objects: view.getConfigArray('o').map((each) => each.getNumber('p')),
      noObjects: view.getOptionalConfigArray('none'),
      any: [view.get('o'), view.getOptional('none')],
      noConfig: view.getOptionalConfig('none'),
      keys: view.keys(),
    }).toEqual({
      has: true,
      string: ['x', undefined],
      number: [1, 1],
      boolean: [true, undefined],
      strings: [['x'], undefined],
      objects: [1],
      noObjects: undefined,
      any: [[{ p: 1 }], undefined],
      noConfig: undefined,
      keys: ['s', 'n', 't', 'l', 'o', 'e'],
    });
    expect(() => view.getString('e')).toThrow(
      expect.objectContaining({
        message:
          "Invalid type in config for key 'a.e' in 'app-config.yaml', got empty-string, wanted string",
        fix: `write a string that is not empty at ${join(root, 'app-config.yaml')}:7`,
      }),
    );
    expect(() => view.has('$x')).toThrow("Invalid config key '$x'");
    expect(locateValue(view, 'n')).toBe(`${join(root, 'app-config.yaml')}:3`);
  });

  it('may be of an object that comes later', async () => {
    const { config, write } = await open({ 'app-config.yaml': 'a: 1' });
    const view = config.getConfig('later');

    expect(view.getOptionalString('x')).toBeUndefined();
    expect(view.keys()).toEqual([]);
    expect(() => view.getString('x')).toThrow("Missing required config value at 'later.x'");
    expect(config.getOptionalConfig('later')).toBeUndefined();

    write('app-config.yaml', 'later: { x: here }');
    await soon(() => expect(view.getOptionalString('x')).toBe('here'));
  });

  it('cannot be of something else than an object', async () => {
    const { config } = await open({ 'app-config.yaml': 'a: 1' });

    expect(() => config.getConfig('a')).toThrow("key 'a' in 'app-config.yaml', got number");
  });
});
