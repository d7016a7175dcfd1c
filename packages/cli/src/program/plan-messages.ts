import type { Plan } from '@stagewire/wiring';

/** The file descriptor on which a program that is planned tells about itself. */
export const PLAN_CHANNEL = 3;

/** What a program that is planned tells, one line of JSON each. */
export type PlanMessage =
  | { type: 'planned'; plan: Plan }
  /** It threw before its backends were planned. */
  | { type: 'threw'; error: ThrownError }
  /** It asked for a port by itself; it did not get one. */
  | { type: 'listens' }
  | {
      type: 'ended';
      exitCode: number;
      /** How many backends it started. */
      starts: number;
      /** Whether it ended while one of them was being planned. */
      isPlanning: boolean;
    };

/** What can be told of an error to another process. */
export type ThrownError = {
  name: string;
  message: string;
  stack: string;
  code?: string;
  /** Of errors that tell it. */
  fix?: string;
};
