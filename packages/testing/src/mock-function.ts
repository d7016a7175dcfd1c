/** Whatever can be called. @public */
export type AnyFunction = (...args: any[]) => any;

/** How a call of a mock function ended. @public */
export type MockResult<TReturn> =
  | { type: 'return'; value: TReturn }
  | { type: 'throw'; value: unknown }
  /** It has not ended: the function called itself. */
  | { type: 'incomplete'; value: undefined };

/** How the promise of a call was settled. @public */
export type MockSettledResult<TReturn> =
  | { type: 'fulfilled'; value: Awaited<TReturn> }
  | { type: 'rejected'; value: unknown }
  /** It has not settled, or the call gave no promise because it threw. */
  | { type: 'incomplete'; value: undefined };

/** What a mock function has recorded; each list has one item for each call, in order. @public */
export interface MockRecord<TReturn = any, TArguments extends any[] = any[]> {
  calls: TArguments[];
  results: Array<MockResult<TReturn>>;
  settledResults: Array<MockSettledResult<TReturn>>;
  /** What `this` was. */
  contexts: unknown[];
  /** The same as `contexts`, by the name that test frameworks have for functions called with `new`. */
  instances: any[];
  /** When it was called, as numbers that grow with each call of any mock function of this package. */
  invocationCallOrder: number[];
  /** The arguments of the last call; undefined before the first. */
  readonly lastCall: TArguments | undefined;
}

/**
 * What the test says to a mock function, and asks it.
 *
 * @remarks
 * It is the protocol of Jest and Vitest, whose `expect` takes mock functions for their own. They do not
 * know them otherwise: `clearAllMocks()` and the like leave these alone.
 *
 * @public
 */
export interface MockInstance<TReturn = any, TArguments extends any[] = any[]> {
  readonly _isMockFunction: true;
  readonly mock: MockRecord<TReturn, TArguments>;
  /** `mockFunction` unless it was given a name. */
  getMockName(): string;
  /** Says how an `expect` of a test framework names it. */
  mockName(name: string): this;
  /** What is called now, but for calls that have an implementation of their own. */
  getMockImplementation(): ((...args: TArguments) => TReturn) | undefined;
  /** Says what it does from now on. */
  mockImplementation(implementation: (...args: TArguments) => TReturn): this;
  /** Only for the next call that has none yet. */
  mockImplementationOnce(implementation: (...args: TArguments) => TReturn): this;
  /** Only while `work` runs, to the end of its promise if it gives one. */
  withImplementation<TResult>(
    implementation: (...args: TArguments) => TReturn,
    work: () => TResult,
  ): TResult;
  /** Returns what it is called on. */
  mockReturnThis(): this;
  /** Returns this value. */
  mockReturnValue(value: TReturn): this;
  /** Returns this value for the next call that has none yet. */
  mockReturnValueOnce(value: TReturn): this;
  /** Returns a promise of this value. */
  mockResolvedValue(value: Awaited<TReturn>): this;
  /** Returns a promise of this value for the next call that has none yet. */
  mockResolvedValueOnce(value: Awaited<TReturn>): this;
  /** Returns a promise that is rejected with this error. */
  mockRejectedValue(error: unknown): this;
  /** Returns such a promise for the next call that has none yet. */
  mockRejectedValueOnce(error: unknown): this;
  /** Throws this error. */
  mockThrow(error: unknown): this;
  /** Throws this error in the next call that has none yet. */
  mockThrowOnce(error: unknown): this;
  /** Forgets all calls. */
  mockClear(): this;
  /** Forgets all calls and implementations, but for the one that the function was made with. */
  mockReset(): this;
  /** The same as `mockReset`, as there is nothing in whose place the function stands. */
  mockRestore(): void;
  /** Restores at the end of a block that has it with `using`. */
  [Symbol.dispose](): void;
}

/** A function that records its calls. @public */
export type MockFunction<TFunction extends AnyFunction = AnyFunction> = TFunction &
  MockInstance<ReturnType<TFunction>, Parameters<TFunction>>;

/**
 * Makes a function that records its calls, and gives what the test says; undefined if it says nothing.
 *
 * @remarks
 * The `expect` of Jest and of Vitest takes it as one of its own mock functions. Without a framework,
 * look at `mock.calls` and `mock.results`.
 *
 * @example
 * ```ts
 * const notify = mockFunction(async (_user: string) => 'sent');
 * await remind({ notify });
 * assert.deepEqual(notify.mock.calls, [['user:default/jane']]);
 * ```
 *
 * @param original - what it does, until told otherwise and after a reset
 * @public
 */
export function mockFunction<TFunction extends AnyFunction = AnyFunction>(
  original?: TFunction,
): MockFunction<TFunction> {
  const recorder = new CallRecorder(original);
  // A function and no arrow, as `this` is recorded and handed on.
  function mocked(this: unknown, ...args: unknown[]) {
    return recorder.call(this, args);
  }
  Object.defineProperty(mocked, 'name', { value: 'mockFunction' });
  return defineProtocol(mocked, recorder) as unknown as MockFunction<TFunction>;
}

/** Whether something is a mock function, of this package or of a test framework. */
export function isMockFunction(value: unknown): value is MockFunction {
  return typeof value === 'function' && '_isMockFunction' in value;
}

/** Of all mock functions together. */
let callsSoFar = 0;

class CallRecorder {
  name = 'mockFunction';
  mock = createRecord();
  implementation: AnyFunction | undefined;
  upcoming: AnyFunction[] = [];
  readonly #original: AnyFunction | undefined;

  constructor(original: AnyFunction | undefined) {
    this.#original = original;
    this.implementation = original;
  }

  call(self: unknown, args: unknown[]): unknown {
    const { mock } = this;
    const index = mock.calls.push(args) - 1;
    mock.contexts.push(self);
    mock.invocationCallOrder.push((callsSoFar += 1));
    mock.results.push({ type: 'incomplete', value: undefined });
    mock.settledResults.push({ type: 'incomplete', value: undefined });
    const implementation = this.upcoming.shift() ?? this.implementation;
    try {
      const value: unknown = implementation?.apply(self, args);
      mock.results[index] = { type: 'return', value };
      recordSettled(mock, index, value);
      return value;
    } catch (error) {
      mock.results[index] = { type: 'throw', value: error };
      throw error;
    }
  }

  clear(): void {
    this.mock = createRecord();
  }

  reset(): void {
    this.clear();
    this.upcoming = [];
    this.implementation = this.#original;
  }

  during(implementation: AnyFunction, work: () => unknown): unknown {
    const before = this.implementation;
    const restore = () => void (this.implementation = before);
    this.implementation = implementation;
    let isOver = true;
    try {
      const value = work();
      if (!isPromise(value)) return value;
      isOver = false;
      return Promise.resolve(value).finally(restore);
    } finally {
      if (isOver) restore();
    }
  }
}

function createRecord(): MockRecord {
  const calls: unknown[][] = [];
  const contexts: unknown[] = [];
  return {
    calls,
    contexts,
    instances: contexts,
    results: [],
    settledResults: [],
    invocationCallOrder: [],
    get lastCall() {
      return calls.at(-1);
    },
  };
}

function recordSettled({ settledResults }: MockRecord, index: number, value: unknown): void {
  if (!isPromise(value)) {
    settledResults[index] = { type: 'fulfilled', value };
    return;
  }
  value.then(
    (settled) => void (settledResults[index] = { type: 'fulfilled', value: settled }),
    (error: unknown) => void (settledResults[index] = { type: 'rejected', value: error }),
  );
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}

function thrower(error: unknown): () => never {
  return () => {
    throw error;
  };
}

/** Not enumerable, so that a mock is compared and shown like the function that it stands for. */
function defineProtocol(mocked: AnyFunction, recorder: CallRecorder): AnyFunction {
  const always = (implementation: AnyFunction) => {
    recorder.implementation = implementation;
    return mocked;
  };
  const next = (implementation: AnyFunction) => {
    recorder.upcoming.push(implementation);
    return mocked;
  };
  const methods: Record<string | symbol, AnyFunction> = {
    getMockName: () => recorder.name,
    mockName: (name: string) => ((recorder.name = name), mocked),
    getMockImplementation: () => recorder.implementation,
    mockImplementation: always,
    mockImplementationOnce: next,
    withImplementation: (implementation, work) => recorder.during(implementation, work),
    mockReturnThis: () =>
      always(function returnThis(this: unknown) {
        return this;
      }),
    mockReturnValue: (value) => always(() => value),
    mockReturnValueOnce: (value) => next(() => value),
    mockResolvedValue: (value) => always(async () => value),
    mockResolvedValueOnce: (value) => next(async () => value),
    mockRejectedValue: (error) => always(async () => thrower(error)()),
    mockRejectedValueOnce: (error) => next(async () => thrower(error)()),
    mockThrow: (error) => always(thrower(error)),
    mockThrowOnce: (error) => next(thrower(error)),
    mockClear: () => (recorder.clear(), mocked),
    mockReset: () => (recorder.reset(), mocked),
    mockRestore: () => recorder.reset(),
    [Symbol.dispose]: () => recorder.reset(),
  };
  for (const key of Reflect.ownKeys(methods)) {
    Object.defineProperty(mocked, key, { value: methods[key as string], writable: true });
  }
  Object.defineProperties(mocked, {
    _isMockFunction: { value: true },
    mock: { get: () => recorder.mock },
  });
  return mocked;
}
