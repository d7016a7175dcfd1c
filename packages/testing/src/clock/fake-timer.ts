import { AsyncResource } from 'node:async_hooks';

type Callback = (...args: unknown[]) => void;

/** Longer delays are cut to the shortest, as Node does. */
const MAX_DELAY = 2 ** 31 - 1;
/** Beyond the numbers that Node gives to its own timers. */
let lastId = 2 ** 40;

/** Where timers wait. */
export interface TimerList {
  readonly now: number;
  /** Whether timers are fired by it; else real time does. */
  readonly isInstalled: boolean;
  add(timer: FakeTimer): void;
  delete(timer: FakeTimer): void;
}

/** What `setTimeout` and `setInterval` give: a timer that waits until time is moved. */
export class FakeTimer implements Disposable {
  readonly id = (lastId += 1);
  /** When it is due, in milliseconds since the Unix epoch. */
  due: number;
  readonly #list: TimerList;
  readonly #delay: number;
  readonly #isInterval: boolean;
  readonly #call: () => void;
  #hasRef = true;
  /** After the fake clock is gone: what it waits for in its place. */
  #real: NodeJS.Timeout | undefined;
  #isDone = false;

  constructor(
    list: TimerList,
    timer: { callback: Callback; args: unknown[]; delay: unknown; isInterval: boolean },
  ) {
    const { callback, args, isInterval } = timer;
    const delay = Math.trunc(Number(timer.delay));
    this.#delay = delay >= 1 && delay <= MAX_DELAY ? delay : 1;
    this.#isInterval = isInterval;
    this.#list = list;
    // In the context of who set it, as with a real timer.
    this.#call = AsyncResource.bind(() => callback.apply(this, args));
    this.due = list.now + this.#delay;
    list.add(this);
  }

  /** Time has come. */
  fire(): void {
    if (this.#isInterval) this.due += this.#delay;
    else this.close();
    this.#call();
  }

  close(): this {
    this.#isDone = true;
    this.#list.delete(this);
    clearTimeout(this.#real);
    clearInterval(this.#real);
    return this;
  }

  refresh(): this {
    if (this.#real) {
      this.#real.refresh();
      return this;
    }
    this.#isDone = false;
    this.due = this.#list.now + this.#delay;
    if (this.#list.isInstalled) this.#list.add(this);
    else this.goOn();
    return this;
  }

  /** Goes on in real time, with what is left to wait; real timers are there again. */
  goOn(): void {
    if (this.#isDone) return;
    const left = Math.max(1, this.due - this.#list.now);
    this.#real = this.#isInterval
      ? setInterval(this.#call, this.#delay)
      : setTimeout(this.#call, left);
    if (!this.#hasRef) this.#real.unref();
  }

  ref(): this {
    this.#hasRef = true;
    this.#real?.ref();
    return this;
  }

  unref(): this {
    this.#hasRef = false;
    this.#real?.unref();
    return this;
  }

  hasRef(): boolean {
    return this.#hasRef;
  }

  /**
   * Where Node's own `clearTimeout` and `clearInterval` look: they are called with this timer once real
   * time is back. Undocumented, and as old as Node's timers.
   */
  get _onTimeout(): (() => void) | null {
    return this.#isDone ? null : this.#call;
  }

  set _onTimeout(_: null) {
    this.close();
  }

  /** Nothing in Node's lists is to be undone. */
  get _destroyed(): boolean {
    return true;
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
