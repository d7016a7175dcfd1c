import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Progress } from '../../src/terminal/progress.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('progress in a log', () => {
  it('says nothing of what is done within a second', async () => {
    const { progress, written } = record();

    await progress.during('packing', () => after(900));

    expect(written).toEqual([]);
  });

  it('says after a second what is done, and every ten seconds that it still is', async () => {
    const { progress, written } = record();

    await progress.during('packing', () => after(21_000));

    expect(written).toEqual(['packing …\n', 'packing … 10 s\n', 'packing … 20 s\n']);
  });

  it('says no more once it has failed, and passes the failure on', async () => {
    const { progress, written } = record();
    const failing = progress.during('packing', async () => {
      await Promise.resolve();
      throw new Error('disk full');
    });

    await expect(failing).rejects.toThrow('disk full');
    await vi.advanceTimersByTimeAsync(30_000);

    expect(written).toEqual([]);
  });
});

describe('progress on a terminal', () => {
  it('overwrites one line, and takes it away at the end', async () => {
    const { progress, written } = record({ isTTY: true });

    await progress.during('packing', () => after(2050));

    expect(written[0]).toMatch(/^\r. packing … 1 s$/);
    expect(written.every((text) => text.startsWith('\r'))).toBe(true);
    expect(written.at(-1)).toBe('\r\u001B[2K');
  });
});

function record({ isTTY = false } = {}) {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) };
  return { progress: new Progress(stream), written };
}

async function after(milliseconds: number): Promise<void> {
  const done = new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  await vi.advanceTimersByTimeAsync(milliseconds);
  await done;
}
