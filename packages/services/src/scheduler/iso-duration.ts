import { durationToMilliseconds, type HumanDuration } from '@stagewire/config';

type Unit = keyof HumanDuration;

/** In the order in which they are written. */
const DATE_UNITS: Array<[unit: Unit, letter: string]> = [
  ['years', 'Y'],
  ['months', 'M'],
  ['weeks', 'W'],
  ['days', 'D'],
];
const TIME_UNITS: Array<[unit: Unit, letter: string]> = [
  ['hours', 'H'],
  ['minutes', 'M'],
  ['seconds', 'S'],
];
const UNITS = [...DATE_UNITS, ...TIME_UNITS].map(([unit]) => unit);

const PARTS = (units: typeof DATE_UNITS) =>
  units.map(([, letter]) => `(?:(\\d+(?:[.,]\\d+)?)${letter})?`).join('');
const ISO = new RegExp(`^P(?=.)${PARTS(DATE_UNITS)}(?:T(?=.)${PARTS(TIME_UNITS)})?$`);

/**
 * Writes a duration as ISO 8601 says, part by part as it is given: 90 minutes are `PT90M`.
 * Milliseconds are a fraction of the seconds. One of luxon writes itself.
 *
 * @returns undefined when it is no duration: empty, negative, or with other parts
 */
export function toIsoDuration(duration: unknown): string | undefined {
  const text = writeDuration(duration);
  return typeof text === 'string' && fromIsoDuration(text) !== undefined ? text : undefined;
}

function writeDuration(duration: unknown): unknown {
  if (typeof duration !== 'object' || duration === null) return undefined;
  if ('toISO' in duration && typeof duration.toISO === 'function') return duration.toISO();
  return isHumanDuration(duration) ? writeParts(duration) : undefined;
}

function isHumanDuration(duration: object): duration is HumanDuration {
  const parts = Object.entries(duration);
  return (
    parts.length > 0 &&
    parts.every(([unit]) => unit === 'milliseconds' || UNITS.includes(unit as Unit)) &&
    parts.every(([, value]) => value === undefined || (Number.isFinite(value) && value >= 0))
  );
}

function writeParts({ milliseconds = 0, seconds = 0, ...others }: HumanDuration): string {
  const parts: HumanDuration = {
    ...others,
    seconds: Math.round(seconds * 1000 + milliseconds) / 1000,
  };
  const write = (units: typeof DATE_UNITS) =>
    units.map(([unit, letter]) => (parts[unit] ? `${parts[unit]}${letter}` : '')).join('');
  const time = write(TIME_UNITS);
  const text = write(DATE_UNITS) + (time && `T${time}`);
  return text ? `P${text}` : 'PT0S';
}

/**
 * Reads an ISO 8601 duration, in milliseconds; a month has 30 days, a year 365.
 *
 * @returns undefined when the text is none
 */
export function fromIsoDuration(text: string): number | undefined {
  const values = ISO.exec(text)?.slice(1);
  if (!values) return undefined;
  const duration: HumanDuration = {};
  for (const [index, unit] of UNITS.entries()) {
    duration[unit] = Number(values[index]?.replace(',', '.') ?? 0);
  }
  return Math.round(durationToMilliseconds(duration));
}
