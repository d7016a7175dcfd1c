import { describe, expect, it } from 'vitest';
import { Succession } from '../src/succession.js';

describe('the first version of a plugin', () => {
  it('serves from the beginning', () => {
    const calls: string[] = [];
    const succession = new Succession(false);

    succession.onServing(() => calls.push('serves'));

    expect([succession.joinsRunning, calls]).toEqual([false, ['serves']]);
  });
});

describe('a later version of a plugin', () => {
  it('serves when it is told to, and at once after that', async () => {
    const calls: unknown[] = [];
    const succession = new Succession(true);
    const former = Promise.resolve();
    succession.onServing((given) => calls.push(given === former));
    expect([succession.joinsRunning, calls]).toEqual([true, []]);

    expect(succession.serve(former)).toEqual([]);
    succession.onServing((given) => calls.push(given instanceof Promise));

    expect(calls).toEqual([true, true]);
  });

  it('serves with all that works when something throws', () => {
    const calls: string[] = [];
    const succession = new Succession(true);
    succession.onServing(() => {
      throw new Error('boom');
    });
    succession.onServing(() => calls.push('serves'));

    expect(succession.serve(Promise.resolve())).toMatchObject([{ message: 'boom' }]);
    expect(calls).toEqual(['serves']);
  });
});

describe('a version that retires', () => {
  it('begins to at once, once, and waits for what is in progress, whatever fails', async () => {
    const calls: string[] = [];
    let finish: (() => void) | undefined;
    const succession = new Succession(false);
    succession.onRetire(() => {
      calls.push('first');
      throw new Error('boom');
    });
    succession.onRetire(() => {
      calls.push('second');
      return new Promise((resolve) => (finish = resolve));
    });

    const retired = succession.retire().then(() => calls.push('done'));
    expect(calls).toEqual(['first', 'second']);
    await succession.retire();
    expect(calls).toEqual(['first', 'second']);
    finish!();
    await retired;

    expect(calls).toEqual(['first', 'second', 'done']);
  });

  it('takes up nothing afterwards, and ends at once what comes too late', async () => {
    const calls: string[] = [];
    const [served, givenUp] = [new Succession(false), new Succession(true)];
    await Promise.all([served.retire(), givenUp.retire()]);

    for (const succession of [served, givenUp]) {
      succession.onServing(() => calls.push('serves'));
      succession.onRetire(() => {
        calls.push('retires');
        throw new Error('boom');
      });
    }

    expect(calls).toEqual(['retires', 'retires']);
  });
});
