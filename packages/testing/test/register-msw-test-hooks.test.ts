import { describe, expect, it, onTestFinished } from 'vitest';
import { mockFunction, registerMswTestHooks } from '../src/index.js';

const server = { listen: mockFunction(), resetHandlers: mockFunction(), close: mockFunction() };

/** Puts hooks into the global scope for the present test; what they are given is kept by name. */
function withGlobals(names: string[]) {
  const hooks: Record<string, () => void> = {};
  const before = new Map(names.map((name) => [name, Reflect.get(globalThis, name)]));
  for (const name of names) {
    Reflect.set(globalThis, name, (hook: () => void) => void (hooks[name] = hook));
  }
  onTestFinished(() => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(globalThis, name);
      else Reflect.set(globalThis, name, value);
    }
  });
  return hooks;
}

describe('registerMswTestHooks', () => {
  it('lets the server listen, forget and close', () => {
    const hooks = withGlobals(['beforeAll', 'afterEach', 'afterAll']);

    registerMswTestHooks(server);

    hooks['beforeAll']!();
    expect(server.listen.mock.calls).toEqual([[{ onUnhandledRequest: 'error' }]]);
    hooks['afterEach']!();
    expect(server.resetHandlers).toHaveBeenCalledTimes(1);
    expect(server.close).not.toHaveBeenCalled();
    hooks['afterAll']!();
    expect(server.close).toHaveBeenCalledTimes(1);
  });

  it('says what it needs where there are no global hooks', () => {
    withGlobals(['beforeAll', 'afterEach']);

    expect(() => registerMswTestHooks(server)).toThrow(
      expect.objectContaining({ code: 'E_MOCK_HOOKS' }),
    );
  });
});
