import { writeSync } from 'node:fs';
import { PLAN_CHANNEL, type PlanMessage } from './plan-messages.js';

/** Tells the parent process something; written at once, since this one may end right after. */
export function tell(message: PlanMessage): void {
  let rest = Buffer.from(`${JSON.stringify(message)}\n`);
  while (rest.length > 0) rest = rest.subarray(write(rest));
}

function write(bytes: Buffer): number {
  try {
    return writeSync(PLAN_CHANNEL, bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return 0; // the parent is still reading
    return bytes.length; // the parent is gone: nobody to tell
  }
}
