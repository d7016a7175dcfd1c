import { promisify } from 'node:util';
import { FakeTimer, type TimerList } from './fake-timer.js';
import { isCalledByIo } from './real-time-callers.js';

/** What is replaced in the global scope. */
const REPLACED = ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] as const;

type Callback = (...args: unknown[]) => void;

/** The time of a process that stands still until it is moved: `Date` and timers in the global scope. */
export class FakeTime implements TimerList {
  /** How often timers were set or cleared and dates read; it grows while something is going on. */
  activity = 0;
  #now: number;
  readonly #timers = new Set<FakeTimer>();
  readonly #byId = new Map<number, FakeTimer>();
  readonly #real = new Map<string, PropertyDescriptor>();

  constructor(now: number) {
    this.#now = now;
  }

  get now(): number {
    return this.#now;
  }

  /** Moves time on, or back; timers that are due are not fired by that. */
  moveTo(now: number): void {
    this.#now = now;
  }

  /** Sets the clock: what is left to wait stays the same. */
  set(now: number): void {
    for (const timer of this.#timers) timer.due += now - this.#now;
    this.#now = now;
  }

  add(timer: FakeTimer): void {
    this.activity += 1;
    this.#timers.add(timer);
    this.#byId.set(timer.id, timer);
  }

  delete(timer: FakeTimer): void {
    this.activity += 1;
    this.#timers.delete(timer);
    this.#byId.delete(timer.id);
  }

  /** When the next timer is due; undefined when there is none until then. */
  findNextDue(until: number): number | undefined {
    let next = Infinity;
    for (const { due } of this.#timers) next = Math.min(next, due);
    return next <= until ? next : undefined;
  }

  /** Fires what is due, in the order in which it was set. */
  fireDue(): void {
    for (const timer of this.#timers) if (timer.due <= this.#now) timer.fire();
  }

  install(): void {
    const { setTimeout: realSetTimeout, setInterval: realSetInterval } = globalThis;
    const { clearTimeout: realClearTimeout, clearInterval: realClearInterval } = globalThis;
    const fakes = {
      Date: this.#createDate(),
      setTimeout: this.#createSetter(realSetTimeout as never, false),
      setInterval: this.#createSetter(realSetInterval as never, true),
      clearTimeout: this.#createClearer(realClearTimeout),
      clearInterval: this.#createClearer(realClearInterval),
    };
    for (const name of REPLACED) {
      this.#real.set(name, Object.getOwnPropertyDescriptor(globalThis, name)!);
      Object.defineProperty(globalThis, name, {
        value: fakes[name],
        writable: true,
        configurable: true,
      });
    }
  }

  /** Gives real time back; what still waits goes on in it. A second call does nothing. */
  uninstall(): void {
    for (const [name, descriptor] of this.#real) {
      Object.defineProperty(globalThis, name, descriptor);
    }
    this.#real.clear();
    for (const timer of this.#timers) timer.goOn();
    this.#timers.clear();
    this.#byId.clear();
  }

  get isInstalled(): boolean {
    return this.#real.size > 0;
  }

  /** Dates are real dates; only what is read from the clock is not. */
  #createDate(): DateConstructor {
    const read = () => {
      this.activity += 1;
      return this.isInstalled ? this.#now : RealDate.now();
    };
    const RealDate = Date;
    return new Proxy(RealDate, {
      apply: () => new RealDate(read()).toString(),
      construct: (target, args, newTarget) =>
        Reflect.construct(target, args.length > 0 ? args : [read()], newTarget) as object,
      get: (target, name) => {
        if (name === 'now') return read;
        return name === 'isFake' ? true : (Reflect.get(target, name) as unknown);
      },
    });
  }

  #createSetter(real: (...args: unknown[]) => unknown, isInterval: boolean) {
    const set = (callback: Callback, delay?: unknown, ...args: unknown[]): unknown => {
      // By the callers of this very function, which the stack tells.
      if (!this.isInstalled || typeof callback !== 'function' || isCalledByIo(set)) {
        return real(callback, delay, ...args);
      }
      return new FakeTimer(this, { callback, delay, args, isInterval });
    };
    Object.defineProperty(set, promisify.custom, {
      value: (delay?: number, value?: unknown) =>
        new Promise((resolve) => set(() => resolve(value), delay)),
    });
    return set;
  }

  #createClearer(real: (timer?: never) => void) {
    return (timer?: unknown): void => {
      const isId = typeof timer === 'number' || typeof timer === 'string';
      const found = isId ? this.#byId.get(Number(timer)) : timer;
      if (found instanceof FakeTimer) found.close();
      else real(timer as never);
    };
  }
}
