import * as upstream from '@backstage/config';
import { describe, expect, it } from 'vitest';
import { ConfigReader, type AppConfig, type Config, type JsonObject } from '../src/index.js';

const reader = (...layers: JsonObject[]) =>
  ConfigReader.fromConfigs(layers.map((data, index) => ({ data, context: `source-${index}` })));

/** What an error tells. */
function failure(run: () => unknown) {
  try {
    run();
  } catch (error) {
    const { name, message, code, fix } = error as Error & { code: string; fix: string };
    return { name, message, code, fix };
  }
  throw new Error('it did not throw');
}

describe('keys', () => {
  it.each(['a', 'a.b', 'aB9', 'a-b', 'a_b', 'a:b', 'a-b_c:d.e'])('[CFG-1] accept %s', (key) => {
    expect(new ConfigReader({}).has(key)).toBe(false);
  });

  it.each(['1a', 'a.', '.a', 'a..b', 'a b', 'a__b', 'a-', '$a', 'a[0]', '-'])(
    '[CFG-1] refuse %s',
    (key) => {
      expect(failure(() => new ConfigReader({}).has(key))).toMatchObject({
        name: 'TypeError',
        message: `Invalid config key '${key}'`,
        code: 'E_CONFIG_KEY',
      });
    },
  );

  it('never find what every object inherits', () => {
    const config = new ConfigReader({ a: {} });

    expect(config.has('constructor')).toBe(false);
    expect(config.getOptional('a.toString')).toBeUndefined();
  });
});

describe('a missing value', () => {
  it('[CFG-2] is told with its full key and its source', () => {
    expect(failure(() => reader({ a: {} }).getConfig('a').getString('b.c'))).toEqual({
      name: 'Error',
      message: "Missing required config value at 'a.b.c' in 'source-0'",
      code: 'E_CONFIG_MISSING',
      fix: "add 'a.b.c' to source-0",
    });
  });

  it('[CFG-2] is looked for in mock-config when a reader has no context', () => {
    expect(failure(() => new ConfigReader({}).getNumber('a')).message).toBe(
      "Missing required config value at 'a' in 'mock-config'",
    );
  });

  it('is undefined for every optional getter', () => {
    const config = new ConfigReader({});

    expect([
      config.getOptional('a'),
      config.getOptionalConfig('a'),
      config.getOptionalConfigArray('a'),
      config.getOptionalNumber('a'),
      config.getOptionalBoolean('a'),
      config.getOptionalString('a'),
      config.getOptionalStringArray('a'),
    ]).toEqual(Array(7).fill(undefined));
  });

  it('names the key that was probably meant', () => {
    const config = reader({ backend: { baseURL: 'x' } }, { backend: { listen: ':1' } });

    expect(failure(() => config.getString('backend.baseUrl')).fix).toBe(
      "rename 'backend.baseURL' (source-0) to 'baseUrl' if it is a slip;" +
        " otherwise add 'backend.baseUrl' to source-0 or source-1",
    );
    expect(failure(() => config.getString('backnd.listen')).fix).toBe(
      "rename 'backend' (source-1) to 'backnd' if it is a slip;" +
        " otherwise add 'backnd.listen' to source-0 or source-1",
    );
    expect(failure(() => config.getString('integrations')).fix).toBe(
      "add 'integrations' to source-0 or source-1",
    );
  });

  it('says which null hides it', () => {
    const config = reader({ a: { b: 'low' } }, { a: null });

    expect(failure(() => config.getString('a.b')).fix).toBe(
      "'a' is null in source-1, which hides it: give it a value, or remove that line",
    );
  });
});

describe('a value of another type', () => {
  const values = {
    number: 1,
    boolean: true,
    object: {},
    array: [],
    nan: Number.NaN,
    'empty-string': '',
    string: 'x',
  };
  const getters = {
    string: 'getString',
    number: 'getNumber',
    boolean: 'getBoolean',
    object: 'getConfig',
    'string-array': 'getStringArray',
    'object-array': 'getConfigArray',
  } as const;
  /** What is read as something else, or refused in other words. */
  const fine: Record<string, string[]> = {
    string: ['string'],
    number: ['number', 'nan', 'string', 'empty-string'],
    boolean: ['boolean', 'number', 'nan', 'string', 'empty-string'],
    object: ['object'],
    'string-array': ['array'],
    'object-array': ['array'],
  };
  const table = Object.entries(getters).flatMap(([wanted, getter]) =>
    Object.entries(values)
      .filter(([got]) => !fine[wanted]?.includes(got))
      .map(([got, value]) => ({ got, wanted, getter, value })),
  );

  it.each(table)('[CFG-2] $got is refused where $wanted is wanted', ({ got, wanted, ...row }) => {
    const config = new ConfigReader({ k: row.value as never }, 'a.yaml');

    expect(failure(() => config[row.getter]('k'))).toMatchObject({
      name: 'TypeError',
      message: `Invalid type in config for key 'k' in 'a.yaml', got ${got}, wanted ${wanted}`,
      code: 'E_CONFIG_TYPE',
    });
  });

  it('[CFG-2] inside of an array is told with its index', () => {
    const config = new ConfigReader({ s: ['a', 1], n: ['a', null], o: [{}, 'x'] });

    expect(failure(() => config.getStringArray('s')).message).toContain("key 's[1]'");
    expect(failure(() => config.getStringArray('n')).message).toContain(
      'got null, wanted string-a',
    );
    expect(failure(() => config.getConfigArray('o')).message).toContain("key 'o[1]'");
  });

  it('[CFG-2] is told for the object that is not one on the way', () => {
    const config = reader({ a: { b: 'text' } });

    expect(failure(() => config.getOptionalString('a.b.c.d')).message).toBe(
      "Invalid type in config for key 'a.b' in 'source-0', got string, wanted object",
    );
  });

  it('[CFG-2] names the source that holds it, not the one on top', () => {
    expect(failure(() => reader({ a: 1 }, { b: 2 }).getString('a')).message).toContain(
      "in 'source-0'",
    );
  });
});

describe('conversions', () => {
  it.each([
    ['12', 12],
    [' 1.5 ', 1.5],
    ['1e3', 1000],
    ['-4', -4],
    ['0x10', 16],
    [7, 7],
  ])('[CFG-3] read the number %j', (value, expected) => {
    expect(new ConfigReader({ k: value }).getNumber('k')).toBe(expected);
  });

  it.each(['x', '1a', 'Infinity'])('[CFG-3] refuse %j as a number', (value) => {
    expect(failure(() => new ConfigReader({ k: value }, 'a.yaml').getNumber('k'))).toEqual({
      name: 'Error',
      message: "Unable to convert config value for key 'k' in 'a.yaml' to a number",
      code: 'E_CONFIG_CONVERT',
      fix: "write a number at 'k' in a.yaml",
    });
  });

  it.each(['y', 'YES', 'True', '1', 'on', ' yes ', 1, true])('[CFG-3] read %j as true', (value) => {
    expect(new ConfigReader({ k: value }).getBoolean('k')).toBe(true);
  });

  it.each(['n', 'No', 'FALSE', '0', 'off', 0, false])('[CFG-3] read %j as false', (value) => {
    expect(new ConfigReader({ k: value }).getBoolean('k')).toBe(false);
  });

  it.each(['', 'maybe', '2', 2])('[CFG-3] refuse %j as a boolean', (value) => {
    expect(failure(() => new ConfigReader({ k: value }, 'a.yaml').getBoolean('k'))).toEqual({
      name: 'Error',
      message: "Unable to convert config value for key 'k' in 'a.yaml' to a boolean",
      code: 'E_CONFIG_CONVERT',
      fix: "write true or false at 'k' in a.yaml",
    });
  });

  it('[CFG-3] refuse an empty string, also for the optional getter', () => {
    const config = new ConfigReader({ k: '' });

    expect(failure(() => config.getOptionalString('k')).message).toContain('got empty-string');
  });
});

describe('several sources', () => {
  it('[CFG-4] merge objects key by key, the last source on top', () => {
    const config = reader({ a: { x: 1, y: { z: 1 } } }, { a: { x: 2, y: { w: 2 } } });

    expect(config.get()).toEqual({ a: { x: 2, y: { z: 1, w: 2 } } });
    expect(config.getConfig('a').getConfig('y').keys()).toEqual(['w', 'z']);
  });

  it('[CFG-4] replace arrays and primitives', () => {
    const config = reader({ a: [1, 2], b: { c: 1 }, d: 1 }, { a: [3], b: 's', d: { e: 1 } });

    expect(config.get()).toEqual({ a: [3], b: 's', d: { e: 1 } });
  });

  it('[CFG-4] hide with null what lower sources hold', () => {
    const config = reader({ a: { b: 1, c: 2 }, d: 1 }, { a: { b: null }, d: null });

    expect(config.has('a.b')).toBe(false);
    expect(config.getOptionalNumber('a.b')).toBeUndefined();
    expect(config.getOptionalConfig('d')).toBeUndefined();
    expect(config.keys()).toEqual(['a']);
    expect(config.get()).toEqual({ a: { c: 2 } });
  });

  it('[CFG-4] are not reached through a null', () => {
    expect(reader({ a: { b: 1 } }, { a: null }).has('a.b')).toBe(false);
  });

  it('[CFG-4] give copies', () => {
    const data = { a: { list: ['x'] } };
    const config = new ConfigReader(data);

    config.get<typeof data>().a.list.push('y');
    config.getStringArray('a.list').push('z');

    expect(config.get()).toEqual({ a: { list: ['x'] } });
  });

  it('never let data reach a prototype', () => {
    const polluting = '{ "__proto__": { "polluted": true }, "a": 1 }';
    const data = JSON.parse(`{ "list": [${polluting}], ${polluting.slice(1)}`) as JsonObject;

    const copy = reader({ b: 1 }, data).get<Record<string, unknown>>();
    const item = Object.assign({}, (copy.list as object[])[0]) as Record<string, unknown>;

    expect(copy).toEqual({ a: 1, b: 1, list: [{ a: 1 }] });
    expect([copy.polluted, item.polluted]).toEqual([undefined, undefined]);
  });
});

describe('any data and any key', () => {
  const getters = (
    'has get getOptional getConfig getOptionalConfig getConfigArray getOptionalConfigArray' +
    ' getNumber getOptionalNumber getBoolean getString getOptionalString getStringArray' +
    ' getOptionalStringArray'
  ).split(' ') as ('has' | 'get')[];

  it('[CFG-2] [CFG-3] [CFG-4] are read as the published reader reads them', () => {
    const random = seeded(4711);
    let compared = 0;
    for (let round = 0; round < 3000; round++) {
      const layers = randomLayers(random);
      const getter = getters[random(getters.length)]!;
      const key = Array.from({ length: 1 + random(3) }, () => 'abc'[random(3)]).join('.');

      const expected = outcome(upstream.ConfigReader.fromConfigs(layers), getter, key);
      const actual = outcome(ConfigReader.fromConfigs(layers), getter, key);

      // Two decisions of our own: a conversion error names the source that holds the value, and a
      // null hides what is below it also when that would be of a wrong type.
      if ([expected, actual].every((each) => each.startsWith('Unable to convert'))) continue;
      if (expected.startsWith('Invalid type') && hidesBelow(layers, key)) continue;
      expect({ layers, getter, key, actual }).toEqual({ layers, getter, key, actual: expected });
      compared++;
    }
    expect(compared).toBeGreaterThan(2900);
  });
});

function outcome(config: Config, getter: 'has' | 'get', key: string): string {
  try {
    return String(JSON.stringify(plain(config[getter](key))));
  } catch (error) {
    return (error as Error).message;
  }
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  const isReader = typeof (value as Partial<Config> | undefined)?.getOptional === 'function';
  return isReader ? { reader: (value as Config).getOptional() } : value;
}

function hidesBelow(layers: AppConfig[], key: string): boolean {
  return layers.slice(1).some(({ data }) => {
    let value: unknown = data;
    return key.split('.').some((part) => {
      value = (value as JsonObject | undefined)?.[part];
      return value === null;
    });
  });
}

function randomLayers(random: (limit: number) => number): AppConfig[] {
  const leaves = ['s', '', 0, 2, true, null, '12', 'yes', ['x', 'y'], [{ a: 1 }, { b: null }]];
  const object = (depth: number): JsonObject =>
    Object.fromEntries([...'abc'].filter(() => random(3)).map((name) => [name, value(depth)]));
  const value = (depth: number) =>
    depth > 0 && random(3) ? object(depth - 1) : leaves[random(leaves.length)]!;
  return Array.from({ length: 1 + random(3) }, (_, index) => ({
    context: `source-${index}`,
    data: object(3),
  }));
}

function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
}
