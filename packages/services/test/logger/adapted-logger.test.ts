import { Writable } from 'node:stream';
import { pino } from 'pino';
import winston from 'winston';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Config, JsonObject } from '@stagewire/config';
import { createPinoRootLogger } from '../../src/logger/create-pino-root-logger.js';
import { createWinstonRootLogger } from '../../src/logger/create-winston-root-logger.js';
import { RedactionSet } from '../../src/logger/redaction-set.js';
import { changingConfig } from './log-lines.js';

const LEVELS = ['error', 'warn', 'info', 'debug'] as const;

function failToLog(): void {
  throw new Error('disk of first-s3cret is full');
}

/** A pino of an application, and what it wrote. */
function plugInPino(config?: Config) {
  const lines: JsonObject[] = [];
  const own = pino(
    { base: null, formatters: { level: (level) => ({ level }) }, messageKey: 'message' },
    { write: (line) => void lines.push(JSON.parse(line) as JsonObject) },
  );
  return { lines, own, logger: createPinoRootLogger(own, config && { config }) };
}

/** The same with winston. */
function plugInWinston(config?: Config) {
  const lines: JsonObject[] = [];
  const stream = new Writable({
    write(line, _encoding, done) {
      lines.push(JSON.parse(String(line)) as JsonObject);
      done();
    },
  });
  const transports = [new winston.transports.Stream({ stream })];
  const own = winston.createLogger({ level: 'info', format: winston.format.json(), transports });
  return { lines, own, logger: createWinstonRootLogger(own, config && { config }) };
}

describe.each([
  ['pino', plugInPino],
  ['winston', plugInWinston],
])('a %s that is plugged in as root logger', (_, plugIn) => {
  it('writes at the level of each line, as far as its own level lets it, also once it changes', () => {
    const { logger, lines, own } = plugIn();

    for (const level of LEVELS) logger[level]('before');
    own.level = 'debug';
    logger.child({}).debug('after');
    own.level = 'error';
    logger.warn('not any more');

    expect(lines.map(({ level, message }) => `${String(level)} ${String(message)}`)).toEqual([
      'error before',
      'warn before',
      'info before',
      'debug after',
    ]);
  });

  it('keeps the fields of all children on the way', () => {
    const { logger, lines } = plugIn();

    logger
      .child({ plugin: 'todo', a: 1, level: 'fatal', message: 'of a child' })
      .child({ a: 2 })
      .info('hello', { b: { c: 3 } });

    const fields = { plugin: 'todo', a: 2, b: { c: 3 } };
    expect(lines).toMatchObject([{ level: 'info', message: 'hello', ...fields }]);
  });

  it('takes errors as metadata, and never throws', () => {
    const { logger, lines } = plugIn();
    const circle: JsonObject = { level: 'fatal' };
    circle['self'] = circle;

    logger.error('it failed', new TypeError('no such thing', { cause: new Error('deeper') }));
    logger.info('round', circle);

    expect(lines).toMatchObject([
      {
        level: 'error',
        message: 'it failed no such thing',
        name: 'TypeError',
        stack: expect.stringContaining('adapted-logger.test.ts'),
        cause: { message: 'deeper' },
      },
      { level: 'info', message: 'round', self: '[circular]' },
    ]);
  });

  it('keeps secrets of the configuration out, also those that come later', () => {
    const { config, change } = changingConfig({ mail: { password: 'first-s3cret' } });
    const { logger, lines } = plugIn(config);

    change({ mail: { password: 'second-s3cret' } });
    logger.child({ a: 'x first-s3cret' }).info('it is second-s3cret', { b: ['first-s3cret'] });

    expect(lines).toMatchObject([{ message: 'it is ***', a: 'x ***', b: ['***'] }]);
  });

  it('follows the configured levels while it runs, also those of one plugin', () => {
    const overrides = [{ matchers: { plugin: 'todo' }, level: 'debug' }];
    const { config, change } = changingConfig({
      backend: { logger: { level: 'warn', overrides } },
    });
    const { logger, lines, own } = plugIn(config);
    own.level = 'debug';
    const log = (when: string) => {
      for (const plugin of ['todo', 'mail']) logger.child({ plugin }).debug(`${plugin} ${when}`);
    };

    log('first');
    change({ backend: { logger: { level: 'debug' } } });
    log('second');
    change({ backend: { logger: { level: 'loud' } } });
    log('third');
    logger[Symbol.dispose]();
    change({ backend: { logger: { level: 'error' } } });
    log('fourth');

    expect(lines.map(({ message }) => message)).toEqual([
      'todo first',
      'todo second',
      'mail second',
      expect.stringContaining('The log levels stay as they were'),
      'todo third',
      'mail third',
      'todo fourth',
      'mail fourth',
    ]);
  });
});

describe('a logger that cannot be plugged in', () => {
  it.each([
    ['undefined', () => createWinstonRootLogger(undefined as never), 'levels, isLevelEnabled, log'],
    ['the module winston', () => createWinstonRootLogger(winston as never), 'levels'],
    ['the function pino', () => createPinoRootLogger(pino as never), 'isLevelEnabled, error, warn'],
  ])('is refused at once: %s', (_, plugIn, missing) => {
    expect(plugIn).toThrow(
      expect.objectContaining({
        code: 'E_LOG_TARGET',
        message: expect.stringContaining(`it has no ${missing}`),
      }),
    );
  });

  it('is told once, without secrets, when it fails to write', () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => told.mockRestore());
    const { config } = changingConfig({ mail: { password: 'first-s3cret' } });
    const broken = { levels: { warn: 1 }, isLevelEnabled: () => true, log: failToLog };
    const logger = createWinstonRootLogger(broken, { config });

    for (const line of ['one', 'two']) logger.child({}).info(line);

    expect(told.mock.calls).toEqual([
      [
        'E_LOG_LINE_LOST  The logger that is plugged in cannot write a line, which is lost: disk of *** is full\n' +
          '  fix: mend its formats and transports; further lines that are lost are not told',
      ],
    ]);
  });
});

describe('a winston with the levels of syslog', () => {
  it('gets warnings under their name there', () => {
    const told: string[] = [];
    const log = ({ level }: { level: string }) => told.push(level);
    const levels = winston.config.syslog.levels;

    createWinstonRootLogger({ levels, isLevelEnabled: () => true, log }).warn('careful');

    expect(told).toEqual(['warning']);
  });
});

describe('the redaction of many secrets', () => {
  it('costs one pass over a line, however many there are', () => {
    const secrets = new RedactionSet();
    secrets.add(Array.from({ length: 10_000 }, (_, index) => `s3cret-${index}-value`));
    const line = 'an ordinary line of the log '.repeat(1_200);
    const measure = (text: string) => {
      const times = Array.from({ length: 5 }, () => {
        const began = performance.now();
        secrets.redact(text);
        return performance.now() - began;
      });
      return Math.min(...times);
    };

    measure(line);

    // Each line against each secret would take seconds.
    expect(measure(line.repeat(10))).toBeLessThan(500);
    expect(secrets.redact(`${line}s3cret-9999-value`)).toBe(`${line}***`);
  });
});
