import { describe, expect, it, vi } from 'vitest';
import { stopAfterTests, stopLeftRunning } from '../../src/backend/left-running.js';

describe('backends that were left running', () => {
  it('are stopped once, others not again', async () => {
    const stopped: string[] = [];
    stopAfterTests({ stop: async () => void stopped.push('left') });
    const forget = stopAfterTests({ stop: async () => void stopped.push('gone') });
    forget();

    await stopLeftRunning();
    await stopLeftRunning();

    expect(stopped).toEqual(['left']);
  });

  it('print what they fail with, and do not keep others from stopping', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {});
    const stopped: string[] = [];
    stopAfterTests({ stop: () => Promise.reject(new Error('stuck')) });
    stopAfterTests({ stop: async () => void stopped.push('other') });

    await stopLeftRunning();

    expect(print).toHaveBeenCalledWith('Failed to stop backend after tests, Error: stuck');
    expect(stopped).toEqual(['other']);
    print.mockRestore();
  });
});
