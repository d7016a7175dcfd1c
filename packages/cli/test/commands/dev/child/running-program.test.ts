import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StartedBackend } from '@stagewire/wiring';
import type { HostedBackend, Replacement } from '@stagewire/wiring/host';
import { RunningProgram } from '../../../../src/commands/dev/child/running-program.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a program that is run again', () => {
  it('hands its backends to those that run, in their order', async () => {
    const backends = [fakeBackend(), fakeBackend(), fakeBackend(), fakeBackend()];
    const program = new RunningProgram(async () => {
      for (const backend of backends.splice(0, 2)) void program.start(backend);
    }, ignore);
    const [a, b, c, d] = [...backends] as [Fake, Fake, Fake, Fake];
    await program.run();

    await program.runAgain(() => true);

    expect([a.started, b.started, c.started, d.started]).toEqual([1, 1, 0, 0]);
    expect([a.replacedWith, b.replacedWith]).toEqual([[c], [d]]);
  });

  it('is not waited for for ever, and a backend that comes later does not start beside the first', async () => {
    const first = fakeBackend();
    const late = fakeBackend();
    const program = new RunningProgram(async () => {
      if (first.started === 0) void program.start(first);
    }, ignore);
    await program.run();

    const again = expect(program.runAgain(() => true)).rejects.toMatchObject({
      code: 'E_CLI_DEV_NO_START',
    });
    await vi.advanceTimersByTimeAsync(3_000);
    await again;
    void program.start(late);

    expect([first.started, late.started]).toEqual([1, 0]);
  });

  it('may start one more backend than before', async () => {
    const [first, next, other] = [fakeBackend(), fakeBackend(), fakeBackend()];
    const program = new RunningProgram(async () => {
      if (first.started === 0) return void program.start(first);
      void program.start(next);
      void program.start(other);
    }, ignore);
    await program.run();

    await program.runAgain(() => true);

    expect([first.replacedWith, next.started, other.started]).toEqual([[next], 0, 1]);
  });
});

const ignore = () => {};

type Fake = HostedBackend & { started: number; replacedWith: HostedBackend[] };

/** A backend that notes what it is asked for. */
function fakeBackend(): Fake {
  const backend: Fake = {
    started: 0,
    replacedWith: [],
    plan: () => Promise.reject(new Error('nobody asks for it')),
    start: async () => (backend.started++, {}) as unknown as StartedBackend,
    stop: async () => {},
    async replaceWith(next) {
      backend.replacedWith.push(next);
      return {} as Replacement;
    },
  };
  return backend;
}
