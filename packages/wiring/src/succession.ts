import { toError } from '@stagewire/errors';
import type { PluginSuccession } from '@stagewire/plugin-api/internal';

type ServingCallback = (former: Promise<void>) => void;
type RetireCallback = () => Promise<void> | void;

/** The place of one version of a plugin in the row of its versions. */
export class Succession implements PluginSuccession {
  readonly joinsRunning: boolean;
  private isServing: boolean;
  private isOver = false;
  private serving: ServingCallback[] = [];
  private readonly retiring: RetireCallback[] = [];

  /** @param standsBy - whether it is made while the backend runs, and serves only when told to */
  constructor(standsBy: boolean) {
    this.joinsRunning = standsBy;
    this.isServing = !standsBy;
  }

  onServing(callback: ServingCallback): void {
    if (this.isOver) return;
    if (this.isServing) callback(Promise.resolve());
    else this.serving.push(callback);
  }

  onRetire(callback: RetireCallback): void {
    if (this.isOver) void end(callback);
    else this.retiring.push(callback);
  }

  /**
   * Lets this version serve. All is done when it returns.
   *
   * @param former - settles when the version before has nothing in progress any more
   * @returns what callbacks threw
   */
  serve(former: Promise<void>): Error[] {
    this.isServing = true;
    return this.serving.splice(0).flatMap((callback) => {
      try {
        callback(former);
        return [];
      } catch (error) {
        return [toError(error)];
      }
    });
  }

  /**
   * Lets this version come to its end. It begins nothing new from the moment of the call on.
   *
   * @returns settles when nothing is in progress any more; never rejects
   */
  retire(): Promise<void> {
    this.isOver = true;
    const ends = this.retiring.splice(0).map(end);
    return Promise.all(ends).then(() => {});
  }
}

/** Begins at once. What it fails with must not keep others from their end. */
async function end(callback: RetireCallback): Promise<void> {
  try {
    await callback();
  } catch {
    // It is over as far as it goes.
  }
}
