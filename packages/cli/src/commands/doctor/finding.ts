import type { BackendError } from '@stagewire/errors';

/** What is looked at, in this order. */
export const AREAS = [
  'install',
  'versions',
  'duplicates',
  'configuration',
  'backends',
  'network',
] as const;

/** One of {@link AREAS}. */
export type Area = (typeof AREAS)[number];

/** One thing that was found. */
export type Finding = {
  area: Area;
  /** An `error` keeps a backend from working, a `warning` may; an `info` is good to know. */
  severity: 'error' | 'warning' | 'info';
  /** Stable code, `E_…`. */
  code: string;
  problem: string;
  fix: string;
  /** Who is to blame: packages, files and lines, keys. */
  culprits: string[];
  /** The backend that it belongs to; absent for what belongs to the repository. */
  backend?: string;
};

/** Makes a finding of an error. */
export function toFinding(
  area: Area,
  severity: Finding['severity'],
  { code, message, fix }: Pick<BackendError, 'code' | 'message' | 'fix'>,
  culprits: readonly (string | undefined)[] = [],
): Finding {
  const known = culprits.filter((each) => each !== undefined && each !== '');
  return { area, severity, code, problem: message, fix, culprits: known as string[] };
}
