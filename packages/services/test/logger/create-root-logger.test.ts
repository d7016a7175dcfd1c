import type { JsonObject } from '@stagewire/config';
import { BackendError } from '@stagewire/errors';
import { describe, expect, it } from 'vitest';
import { changingConfig, recordedLogger } from './log-lines.js';

const withLogger = (logger: JsonObject) => ({ backend: { logger } });

const override = (matchers: JsonObject, level: string) => ({ matchers, level });

const LEVELS = ['debug', 'info', 'warn'] as const;

/** Which of {@link LEVELS} a logger says it would write. */
function enabledLevels(logger: JsonObject) {
  return LEVELS.map((level) => recordedLogger(withLogger(logger)).logger.isLevelEnabled(level));
}

function isWritten(overrides: JsonObject[], fields: JsonObject, level: 'info' | 'debug' = 'debug') {
  const { logger, takeLines } = recordedLogger(withLogger({ overrides }));
  const { message = 'a message', ...rest } = fields;
  const child = logger.child({ plugin: 'catalog' });
  takeLines();
  child[level](message as string, rest);
  return takeLines().length === 1;
}

describe('the fields of a line', () => {
  it('[LOG-2] are service: backstage, and what backend.logger.meta says', () => {
    const { takeLines } = recordedLogger(withLogger({ meta: { env: 'test', region: { a: 1 } } }));

    expect(takeLines()).toEqual([
      {
        level: 'info',
        service: 'backstage',
        env: 'test',
        region: { a: 1 },
        message: 'Found 0 new secrets in config that will be redacted',
      },
    ]);
  });

  it('[LOG-2] may replace the service', () => {
    const { takeLines } = recordedLogger(withLogger({ meta: { service: 'portal' } }));

    expect(takeLines()[0]).toMatchObject({ service: 'portal' });
  });

  it('come from all parents, the nearest first, each once', () => {
    const { logger, takeText } = recordedLogger();
    takeText();

    logger
      .child({ service: 'router', type: 'a' })
      .child({ type: 'b' })
      .info('x', { type: 'c', level: 'x', timestamp: 1, y: 1 });

    const line = takeText();
    expect(line.match(/"type"|"service"|"level"|"timestamp"/g)).toHaveLength(4);
    expect(JSON.parse(line)).toMatchObject({ service: 'router', type: 'c', level: 'info', y: 1 });
  });
});

describe('the format', () => {
  it('[LOG-4] is one JSON object per line in production, with the time', () => {
    const { logger, takeText } = recordedLogger();

    logger.warn('two\nlines', { a: 'b\nc' });

    const lines = takeText().split('\n');
    expect(lines.map((line) => line && Object.keys(JSON.parse(line) as object))).toEqual([
      ['level', 'timestamp', 'service', 'message'],
      ['level', 'timestamp', 'service', 'a', 'message'],
      '',
    ]);
    expect((JSON.parse(lines[1]!) as { timestamp: string }).timestamp).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    );
  });

  it('[LOG-4] is text otherwise: time, plugin or service, level, message, fields', () => {
    const { logger, takeText } = recordedLogger({}, { env: { NODE_ENV: 'development' } });
    takeText();

    logger.info('of the service', { n: 1 });
    logger.child({ plugin: 'catalog' }).warn('of a plugin', { s: 'a "b"', o: { c: [1] } });

    expect(takeText().replace(/^\S+Z/gm, '<time>')).toBe(
      '<time> backstage info of the service n=1\n' +
        '<time> catalog warn of a plugin s="a \\"b\\"" o={"c":[1]}\n',
    );
  });

  it('[LOG-4] has colours on a terminal', () => {
    const { logger, takeText } = recordedLogger(
      {},
      { env: { NODE_ENV: 'development' }, isTerminal: true },
    );
    takeText();

    logger.error('red', { k: 1 });

    expect(takeText().replace(/\d{4}-\S+Z/, '<time>')).toBe(
      '\u001B[90m<time>\u001B[39m \u001B[34mbackstage\u001B[39m \u001B[31merror\u001B[39m red' +
        ' \u001B[36mk\u001B[39m=1\n',
    );
  });

  it.each([
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{}, false, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  ])('[LOG-4] with %j, on a terminal: %j, has colours: %j', (env, isTerminal, coloured) => {
    const { takeText } = recordedLogger(
      {},
      { env: { NODE_ENV: 'development', ...(env as Record<string, string>) }, isTerminal },
    );

    expect(takeText().includes('\u001B[')).toBe(coloured);
  });

  it('never lets a text look like a line of its own, or steer the terminal', () => {
    const { logger, takeText } = recordedLogger({}, { env: { NODE_ENV: 'development' } });
    takeText();

    logger.info('one\n2026-01-01T00:00:00.000Z catalog error forged \u001B[31m\u0007');

    const lines = takeText().split('\n');
    expect(lines[1]).toBe('  2026-01-01T00:00:00.000Z catalog error forged \\x1b[31m\\x07');
  });
});

describe('the level', () => {
  const levels = ['error', 'warn', 'info', 'debug'] as const;

  function written(config: JsonObject, env: Record<string, string> = {}) {
    const { logger, takeLines } = recordedLogger(config, { env });
    takeLines();
    for (const level of levels) logger[level](level);
    return takeLines().map(({ message }) => message);
  }

  it.each([
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['http', ['error', 'warn', 'info']],
    ['verbose', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
    ['silly', ['error', 'warn', 'info', 'debug']],
  ])('[LOG-3] %s lets through %j', (level, expected) => {
    expect(written(withLogger({ level }))).toEqual(expected);
    expect(written({}, { LOG_LEVEL: level.toUpperCase() })).toEqual(expected);
  });

  it('[LOG-3] is info when nobody says another', () => {
    expect(written({})).toEqual(['error', 'warn', 'info']);
  });

  it('[LOG-3] of the environment comes before that of the configuration', () => {
    expect(written(withLogger({ level: 'debug' }), { LOG_LEVEL: 'error' })).toEqual(['error']);
  });

  it('that is unknown is refused in the configuration, with the way out', () => {
    expect(() => recordedLogger(withLogger({ level: 'trace' }))).toThrow(
      expect.objectContaining({
        message: "Invalid config at backend.logger.level, 'trace' is not a valid logging level",
        code: 'E_LOG_LEVEL',
        fix: "write one of error, warn, info, http, verbose, debug, silly at 'backend.logger.level'",
      }),
    );
  });

  it('that is unknown is ignored in the environment, and told', () => {
    const { takeLines } = recordedLogger({}, { env: { LOG_LEVEL: 'trace' } });

    expect(takeLines()[1]).toMatchObject({
      level: 'warn',
      message:
        "LOG_LEVEL is 'trace', which is none of error, warn, info, http, verbose, debug, silly, and is ignored",
    });
  });
});

describe('level overrides', () => {
  it.each<[string, JsonObject, JsonObject, boolean]>([
    ['a field of the logger', { plugin: 'catalog' }, {}, true],
    ['another value', { plugin: 'search' }, {}, false],
    ['any of an array', { plugin: ['search', 'catalog'] }, {}, true],
    ['none of an array', { plugin: ['search', 'todo'] }, {}, false],
    ['all fields', { plugin: 'catalog', task: 'x' }, { task: 'x' }, true],
    ['not all fields', { plugin: 'catalog', task: 'x' }, { task: 'y' }, false],
    ['a field of the line before that of the logger', { plugin: 'y' }, { plugin: 'y' }, true],
    ['a number strictly', { n: 1 }, { n: '1' }, false],
    ['a number', { n: 1 }, { n: 1 }, true],
    ['a boolean', { b: true }, { b: true }, true],
    ['a regular expression', { plugin: '/^cat/' }, {}, true],
    ['a regular expression with flags', { plugin: '/^CAT/gi' }, {}, true],
    ['a regular expression on strings only', { n: '/1/' }, { n: 1 }, false],
    ['a text that only begins with a slash', { path: '/x' }, { path: '/x' }, true],
    ['the message', { message: '/^Reading/' }, { message: 'Reading x' }, true],
    ['every line', {}, {}, true],
  ])('[LOG-5] match %s', (_title, matchers, fields, expected) => {
    expect(isWritten([override(matchers, 'debug')], fields)).toBe(expected);
  });

  it('[LOG-5] can silence lines, and the first that matches decides', () => {
    const silence = override({ plugin: 'catalog' }, 'error');
    const loud = override({ plugin: '/./' }, 'debug');

    expect(isWritten([silence, loud], {}, 'info')).toBe(false);
    expect(isWritten([loud, silence], {}, 'info')).toBe(true);
  });

  it('[LOG-5] match every line anew, also with the flag g', () => {
    const { logger, takeLines } = recordedLogger(
      withLogger({ overrides: [override({ message: '/x/g' }, 'debug')] }),
    );
    takeLines();

    logger.debug('x');
    logger.debug('x');

    expect(takeLines()).toHaveLength(2);
  });

  it.each(['trace', 'http', 'INFO'])('[LOG-5] refuse the level %s', (level) => {
    const overrides = [override({}, 'info'), override({}, level)];

    expect(() => recordedLogger(withLogger({ overrides }))).toThrow(
      expect.objectContaining({
        message: `Invalid config at backend.logger.overrides[1].level, '${level}' is not a valid logging level, must be one of 'error', 'warn', 'info' or 'debug'.`,
        code: 'E_LOG_OVERRIDE',
      }),
    );
  });

  it('[LOG-5] refuse a regular expression that is none', () => {
    expect(() =>
      recordedLogger(withLogger({ overrides: [override({ a: '/(/' }, 'info')] })),
    ).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(
          "Invalid config at backend.logger.overrides[0].matchers.a, '/(/' is not a valid regular expression",
        ),
        code: 'E_LOG_OVERRIDE',
      }),
    );
  });

  it('[LOG-5] follow changes, and stay as they are when a change is invalid', () => {
    const { config, change } = changingConfig({});
    const { logger, takeLines } = recordedLogger(config);
    const debugIsWritten = () => {
      takeLines();
      logger.debug('x');
      return takeLines().length === 1;
    };
    expect(debugIsWritten()).toBe(false);

    change(withLogger({ overrides: [override({}, 'debug')] }));
    expect(debugIsWritten()).toBe(true);

    change(withLogger({ overrides: [override({}, 'nonsense')] }));
    expect(takeLines()).toMatchObject([
      { level: 'info' },
      { level: 'error', code: 'E_LOG_OVERRIDE', fix: expect.stringContaining('write one of') },
    ]);
    expect(debugIsWritten()).toBe(true);

    change({});
    expect(debugIsWritten()).toBe(false);
  });

  it('are followed until the logger is disposed of', () => {
    const { config, subscribers } = changingConfig({});
    const { logger } = recordedLogger(config);

    logger[Symbol.dispose]();

    expect(subscribers.size).toBe(0);
  });
});

describe('asking before making a line', () => {
  it('tells whether the level is written at all', () => {
    expect(enabledLevels({})).toEqual([false, true, true]);
    expect(enabledLevels({ level: 'warn' })).toEqual([false, false, true]);
  });

  it('counts an override that lets some lines of the level through', () => {
    const overrides = [override({ plugin: 'catalog' }, 'debug')];

    expect(enabledLevels({ level: 'error', overrides })).toEqual([true, true, true]);
  });
});

describe('secrets', () => {
  it('[LOG-6] are replaced wherever they turn up', () => {
    const { logger, takeText } = recordedLogger({ auth: { token: 'abc-123-xyz' } });
    takeText();

    logger
      .child({ plugin: 'p-abc-123-xyz' })
      .error(
        'sent abc-123-xyz',
        Object.assign(new Error('not abc-123-xyz'), { url: '/?t=abc-123-xyz' }),
      );

    const line = takeText();
    expect(line).not.toContain('abc-123');
    expect(JSON.parse(line)).toMatchObject({
      plugin: 'p-***',
      message: 'sent *** not ***',
      url: '/?t=***',
    });
  });

  it('[LOG-6] are told by number, at start and at every change', () => {
    const { config, change } = changingConfig({ token: 'secret-number-1' });
    const { takeLines } = recordedLogger(config);

    change({ token: 'secret-number-1', password: 'secret-number-2', a: { apiKey: 'no. 3' } });
    change({});

    expect(takeLines().map(({ message }) => message)).toEqual([
      'Found 1 new secrets in config that will be redacted',
      'Found 2 new secrets in config that will be redacted',
      'Found 0 new secrets in config that will be redacted',
    ]);
  });

  it('[LOG-6] of before a change are still replaced', () => {
    const { config, change } = changingConfig({ token: 'old-secret-1' });
    const { logger, takeText } = recordedLogger(config);
    change({ token: 'new-secret-2' });
    takeText();

    logger.info('old-secret-1 new-secret-2');

    expect(takeText()).toContain('"message":"*** ***"');
  });

  it('that are the name of the backend leave the log readable', () => {
    const { takeLines } = recordedLogger({ database: { password: 'backstage' } });

    expect(takeLines()[0]).toMatchObject({ service: 'backstage' });
  });
});

describe('metadata', () => {
  it('that is an error gives its message, stack, cause and fields', () => {
    const { logger, takeLines } = recordedLogger();
    const cause = new TypeError('the cause');
    const error = Object.assign(new Error('the error', { cause }), { statusCode: 500 });
    takeLines();

    logger.error('Request failed', error);

    expect(takeLines()).toEqual([
      {
        level: 'error',
        service: 'backstage',
        name: 'Error',
        message: 'Request failed the error',
        stack: error.stack,
        cause: { name: 'TypeError', message: 'the cause', stack: cause.stack },
        statusCode: 500,
      },
    ]);
  });

  it('that is an explained error shows code and fix', () => {
    const error = new BackendError('E_TEST', 'the problem', 'do this', {
      cause: new BackendError('E_CAUSE', 'deeper', 'do that'),
    });
    const json = recordedLogger();
    const text = recordedLogger({}, { env: { NODE_ENV: 'development' } });
    json.takeLines();
    text.takeText();

    json.logger.error('Failed', error);
    text.logger.error('Failed', error);

    expect(json.takeLines()[0]).toMatchObject({
      message: 'Failed E_TEST  the problem',
      code: 'E_TEST',
      fix: 'do this',
      cause: { code: 'E_CAUSE', fix: 'do that' },
    });
    const lines = text.takeText().split('\n');
    expect(lines[0]).toMatch(/^\S+Z backstage error Failed E_TEST {2}the problem$/);
    expect(lines[1]).toBe('  fix: do this');
    expect(lines).toContain('  caused by: E_CAUSE  deeper');
    expect(lines).toContain('  fix: do that');
    expect(lines.filter((line) => line.includes('    at '))).not.toHaveLength(0);
  });

  it('that nobody could write as JSON never throws', () => {
    const { logger, takeLines } = recordedLogger();
    const circle: Record<string, unknown> = { big: 12n, date: new Date(0), map: new Map() };
    circle.self = circle;
    Object.defineProperty(circle, 'trap', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('closed');
        },
      },
    );
    takeLines();

    logger.info('a', circle as JsonObject);
    logger.info('b', { nested: hostile, toJSON: 1, f: (() => 1) as never, n: Number.NaN });
    logger.info('c', hostile as JsonObject);
    logger.info('d', 'text' as never);
    logger.info(undefined as never, null as never);
    logger.info('e', { message: { deep: 1 } });
    logger.child(circle as JsonObject).info('f');

    expect(takeLines().map(({ level: _, service: __, ...rest }) => rest)).toEqual([
      {
        message: 'a',
        big: '12',
        date: '1970-01-01T00:00:00.000Z',
        map: {},
        self: '[circular]',
        trap: '[unreadable: no]',
      },
      { message: 'b', nested: '[unreadable: closed]', toJSON: 1, n: 'NaN' },
      { message: 'c', meta: '[unreadable: closed]' },
      { message: 'd', meta: 'text' },
      { message: 'undefined' },
      { message: 'e {"deep":1}' },
      expect.objectContaining({ message: 'f', big: '12' }),
    ]);
  });

  it('is bounded in depth, in number and in length', () => {
    const { logger, takeText } = recordedLogger();
    let deep: JsonObject = {};
    for (let level = 0; level < 1000; level++) deep = { deep };
    takeText();

    logger.info('x'.repeat(100_000), {
      deep,
      list: Array.from({ length: 100_000 }, (_, index) => index),
      text: 'y'.repeat(100_000),
    });

    const line = takeText();
    expect(line.length).toBeLessThan(80_000);
    expect(line).toContain('[too deep]');
    expect(line).toMatch(/"\[9\d{4} more\]"/);
    expect(line).toContain('… (67232 more characters)');
  });

  it('keeps percent signs in messages', () => {
    const { logger, takeLines } = recordedLogger();
    takeLines();

    logger.info('100 %d of %s %%', { a: 1 });

    expect(takeLines()[0]).toMatchObject({ message: '100 %d of %s %%' });
  });
});
