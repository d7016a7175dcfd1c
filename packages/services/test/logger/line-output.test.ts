import type { JsonObject } from '@stagewire/config';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LineOutput } from '../../src/logger/line-output.js';
import { recordedLogger } from './log-lines.js';

function recordingOutput() {
  const writes: string[] = [];
  const output = new LineOutput({ write: (lines) => writes.push(lines) });
  return { output, writes };
}

describe('lines that may wait', () => {
  it('leave in one write at the end of the turn, in their order', async () => {
    const { output, writes } = recordingOutput();
    output.mayWait = true;

    output.write('1\n');
    output.write('2\n');
    expect(writes).toEqual([]);
    await setImmediate();
    output.write('3\n');
    await setImmediate();

    expect(writes).toEqual(['1\n2\n', '3\n']);
  });

  it('leave before a line that may not wait, and with it', async () => {
    const { output, writes } = recordingOutput();
    output.mayWait = true;
    output.write('1\n');
    output.mayWait = false;

    output.write('2\n');
    expect(writes).toEqual(['1\n2\n']);
    await setImmediate();

    expect(writes).toEqual(['1\n2\n']);
  });

  it('leave at once when there are many', () => {
    const { output, writes } = recordingOutput();
    output.mayWait = true;
    const line = `${'x'.repeat(999)}\n`;

    for (let count = 0; count < 100; count++) output.write(line);

    expect(writes).toEqual([line.repeat(66)]);
  });

  it('end nothing when they cannot be written, and do not keep others from it', async () => {
    const broken = new LineOutput({
      write: () => {
        throw new Error('disk full');
      },
    });
    const { output, writes } = recordingOutput();
    broken.mayWait = output.mayWait = true;

    broken.write('1\n');
    output.write('2\n');
    await setImmediate();

    expect(writes).toEqual(['2\n']);
  });
});

const withoutTime = (line: string) => line.replace(/"timestamp":"\d[^"]+Z"/, '');

describe('a logger', () => {
  it('lets only those lines wait that it is told to, and keeps the order', async () => {
    const { logger, takeLines } = recordedLogger();
    takeLines();
    const written = () => takeLines().length;

    logger.info('at once');
    expect(written()).toBe(1);
    logger.infoSoon('soon', { n: 1 });
    expect(written()).toBe(0);
    await setImmediate();

    expect(takeLines()).toEqual([{ level: 'info', service: 'backstage', n: 1, message: 'soon' }]);
  });

  it.each<[string, string, JsonObject]>([
    ['no fields', 'a', {}],
    ['all kinds of values', 'b', { text: 't', number: -1.5, yes: true, no: false, empty: '' }],
    [
      'what JSON escapes',
      '"\\\n\u0001\u2028ä😀\ud800',
      { 'k"\n': '"\\\n\u0001\ud800', ü: '\u007f' },
    ],
    ['names that look like numbers', 'c', { z: 1, 2: 'b', 1: 'a' }],
    ['what is no number', 'd', { length: Number.NaN, endless: Infinity }],
    ['nested values', 'e', { list: [1, { a: null }], nothing: null }],
    ['fields that the line has itself', 'f', { level: 'x', message: 'y', timestamp: 'z' }],
    ['fields of the logger', 'g', { service: 'own' }],
    ['too much', 'h'.repeat(40_000), { long: 'i'.repeat(40_000) }],
    ['a secret', 'the hidden-word', { url: '/a?b=hidden-word' }],
  ])('writes a line that waits as any other, with %s', async (_title, message, meta) => {
    const config = { backend: { password: 'hidden-word', logger: { meta: { own: 'é"' } } } };
    const { logger, takeText } = recordedLogger(config);
    const child = logger.child({ kind: 'x' }) as typeof logger;
    takeText();

    child.info(message, meta);
    const expected = withoutTime(takeText());
    child.infoSoon(message, meta);
    await setImmediate();

    expect(expected).not.toContain('hidden-word');
    expect(withoutTime(takeText())).toBe(expected);
  });
});
