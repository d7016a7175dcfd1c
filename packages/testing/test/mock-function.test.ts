import assert from 'node:assert/strict';
import { describe, expect, it, vi } from 'vitest';
import { mockFunction } from '../src/index.js';

const double = (n: number) => n * 2;

describe('a mock function', () => {
  it('records how it was called, and how that ended', async () => {
    const error = new Error('broken');
    const mock = mockFunction(double).mockImplementationOnce(() => {
      throw error;
    });
    const self = { mock };

    assert.throws(() => self.mock(1), error);
    self.mock(2);

    assert.deepEqual(mock.mock.calls, [[1], [2]]);
    assert.deepEqual(mock.mock.results, [
      { type: 'throw', value: error },
      { type: 'return', value: 4 },
    ]);
    assert.deepEqual(mock.mock.contexts, [self, self]);
    assert.deepEqual(mock.mock.lastCall, [2]);
  });

  it('gives what it was told for the next calls, and then what it was told for all', async () => {
    const mock = mockFunction<(n?: number) => unknown>()
      .mockReturnValue('always')
      .mockReturnValueOnce('first')
      .mockResolvedValueOnce('second')
      .mockRejectedValueOnce(new Error('third'))
      .mockThrowOnce(new Error('fourth'));

    expect(mock()).toBe('first');
    expect(await mock()).toBe('second');
    await expect(mock()).rejects.toThrow('third');
    expect(() => mock()).toThrow('fourth');
    expect([mock(), mock()]).toEqual(['always', 'always']);
  });

  it('gives undefined when it was told nothing, and itself when it was told so', () => {
    const mock = mockFunction();
    const self = { mock, chained: mockFunction().mockReturnThis() };

    expect([self.mock(), self.chained()]).toEqual([undefined, self]);
  });

  it('forgets calls when it is cleared, and what it was told when it is reset', () => {
    const mock = mockFunction(double).mockReturnValue(7);
    mock(1);
    const before = mock.mock;

    mock.mockClear();
    expect([mock.mock.calls, before.calls]).toEqual([[], [[1]]]);
    expect(mock(2)).toBe(7);
    mock.mockReset();
    expect(mock.mock.calls).toEqual([]);
    expect(mock(2)).toBe(4);
  });

  it('has another implementation for as long as some work runs', async () => {
    const mock = mockFunction<(n: number) => unknown>(double);

    expect(mock.withImplementation(String, () => mock(1))).toBe('1');
    expect(mock(1)).toBe(2);
    const working = mock.withImplementation(String, async () => mock(await Promise.resolve(1)));
    expect(await working).toBe('1');
    expect(mock(1)).toBe(2);
    expect(() => mock.withImplementation(String, () => expect.fail('broken'))).toThrow('broken');
    expect(mock(1)).toBe(2);
  });

  it('looks like the function that it stands for', () => {
    expect(Object.keys(mockFunction(double))).toEqual([]);
    expect(mockFunction(double).getMockImplementation()).toBe(double);
    expect(mockFunction().mockName('send').getMockName()).toBe('send');
  });
});

describe('expect', () => {
  it('takes it for a mock function of Vitest', async () => {
    const first = mockFunction<(...args: unknown[]) => unknown>().mockReturnValue(1);
    const second = mockFunction().mockResolvedValue('done').mockName('second');

    first('a', { b: 1 });
    await second();

    expect(vi.isMockFunction(first)).toBe(true);
    expect(first).toHaveBeenCalledTimes(1);
    expect(first).toHaveBeenCalledWith('a', expect.objectContaining({ b: 1 }));
    expect(first).toHaveBeenLastCalledWith('a', { b: 1 });
    expect(first).toHaveBeenNthCalledWith(1, 'a', { b: 1 });
    expect(first).toHaveReturnedWith(1);
    expect(first).toHaveBeenCalledBefore(second);
    expect(second).toHaveResolvedWith('done');
    expect(second).not.toHaveBeenCalledWith('a');
    expect(() => expect(second).not.toHaveBeenCalled()).toThrow('second');
  });
});
