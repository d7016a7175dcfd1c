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
});
