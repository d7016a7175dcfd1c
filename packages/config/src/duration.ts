import { isError } from '@stagewire/errors';
import type { Config } from './config.js';
import { configErrors } from './errors.js';
import type { HumanDuration } from './json.js';
import { locateValue } from './origin.js';

type Unit = keyof HumanDuration;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Fixed lengths in milliseconds; longest first. */
const LENGTHS: Record<Unit, number> = {
  years: 365 * DAY,
  months: 30 * DAY,
  weeks: 7 * DAY,
  days: DAY,
  hours: HOUR,
  minutes: MINUTE,
  seconds: SECOND,
  milliseconds: 1,
};
const UNITS = Object.keys(LENGTHS) as Unit[];
const UNIT_LIST = UNITS.map((unit) => `'${unit}'`).join(', ');

/**
 * Reads a duration.
 *
 * @remarks
 * It can be written in three ways: as a number with a unit (`'1.5h'`, `'2 seconds'`), as an ISO
 * 8601 duration (`'PT30S'`), or as an object with one or more of `years`, `months`, `weeks`,
 * `days`, `hours`, `minutes`, `seconds` and `milliseconds`. A bare number is refused, because it
 * does not tell its unit. A missing duration is an error: ask `config.has(key)` where it may be.
 *
 * @param config - what to read from
 * @param options - `key`: where the duration is; without it, `config` itself is the object
 * @throws `E_CONFIG_DURATION`
 * @public
 */
export function readDurationFromConfig(config: Config, options?: { key?: string }): HumanDuration {
  const key = options?.key;
  if (key && typeof config.getOptional(key) === 'string') return readText(config, key);
  try {
    return readObject(key ? config.getConfig(key) : config, key, locate(config, key));
  } catch (error) {
    if (isError(error) && error.code === 'E_CONFIG_DURATION') throw error;
    throw configErrors.unreadableDuration(error);
  }
}

/**
 * How many milliseconds a duration has: days of 24 hours, weeks of 7, months of 30 and years of
 * 365 days.
 *
 * @public
 */
export function durationToMilliseconds(duration: HumanDuration): number {
  return UNITS.reduce((sum, unit) => sum + (duration[unit] ?? 0) * LENGTHS[unit], 0);
}

function readObject(config: Config, key: string | undefined, where: string): HumanDuration {
  const duration: HumanDuration = {};
  for (const unit of UNITS) {
    const value = config.getOptionalNumber(unit);
    if (value !== undefined) duration[unit] = value;
  }

  const unknown = config.keys().find((name) => !UNITS.includes(name as Unit));
  if (Object.keys(duration).length === 0) {
    throw configErrors.invalidDurationObject(key, `Needs one or more of ${UNIT_LIST}`, where);
  }
  if (unknown !== undefined) {
    const reason = `Unknown property '${unknown}'; expected one or more of ${UNIT_LIST}`;
    throw configErrors.invalidDurationObject(key, reason, where);
  }
  return duration;
}

function readText(config: Config, key: string): HumanDuration {
  const text = config.getString(key);
  const result = text.trim().startsWith('P') ? parseIso(text.trim()) : parseAmount(text.trim());
  if (typeof result !== 'string') return result;
  throw configErrors.invalidDuration(text, key, result, locate(config, key));
}

function locate(config: Config, key: string | undefined): string {
  return locateValue(config, key ?? '') ?? `'${key ?? ''}'`;
}

// amount = [ "-" ] number [ spaces ] unit    number = digits [ "." digits ] | "." digits
const AMOUNT = /^(-?(?:\d+(?:\.\d+)?|\.\d+)) *([a-z]+)?$/i;

/** The lengths that the units of a written amount stand for; a year is that of the calendar. */
const AMOUNT_UNITS: [names: string, unit: Unit, milliseconds: number][] = [
  ['years year yrs yr y', 'years', 365.25 * DAY],
  ['weeks week w', 'weeks', LENGTHS.weeks],
  ['days day d', 'days', DAY],
  ['hours hour hrs hr h', 'hours', HOUR],
  ['minutes minute mins min m', 'minutes', MINUTE],
  ['seconds second secs sec s', 'seconds', SECOND],
  ['milliseconds millisecond msecs msec ms', 'milliseconds', 1],
];

/** Beyond this, it is no duration that somebody wrote. */
const MAX_AMOUNT_LENGTH = 100;

/** Reads a number with a unit; a text that is none gives the reason. */
function parseAmount(text: string): HumanDuration | string {
  const [, amount, name] = (text.length <= MAX_AMOUNT_LENGTH && AMOUNT.exec(text)) || [];
  if (amount !== undefined && name === undefined) {
    return "The value cannot be a plain number; try adding a unit like 'ms' or 'seconds'";
  }
  const unit = AMOUNT_UNITS.find(([names]) => names.split(' ').includes(name?.toLowerCase() ?? ''));
  if (amount === undefined || unit === undefined) {
    return "Not a valid duration string, try a number followed by a unit such as '1d' or '2 seconds'";
  }
  const milliseconds = Number(amount) * unit[2];
  return milliseconds < 0 ? 'Negative durations are not allowed' : toParts(milliseconds);
}

/** Spreads milliseconds over the units, the biggest first. */
function toParts(milliseconds: number): HumanDuration {
  const duration: HumanDuration = {};
  let rest = milliseconds;
  for (const [, unit, length] of AMOUNT_UNITS) {
    const count = unit === 'milliseconds' ? rest : Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) duration[unit] = count;
  }
  return Object.keys(duration).length > 0 ? duration : { milliseconds: 0 };
}

const ISO_NUMBER = '(-?\\d+(?:[.,]\\d+)?)';
const ISO = new RegExp(
  `^P(?:${ISO_NUMBER}Y)?(?:${ISO_NUMBER}M)?(?:${ISO_NUMBER}W)?(?:${ISO_NUMBER}D)?` +
    `(?:T(?:${ISO_NUMBER}H)?(?:${ISO_NUMBER}M)?(?:${ISO_NUMBER}S)?)?$`,
);

/** Reads an ISO 8601 duration; a text that is none gives the reason. */
function parseIso(text: string): HumanDuration | string {
  const match = ISO.exec(text);
  if (!match) {
    return "Invalid ISO format, expected a value similar to 'P2DT6H' (2 days 6 hours) or 'PT1M' (1 minute)";
  }
  const values = match.slice(1).map((value) => value && Number(value.replace(',', '.')));
  if (values.every((value) => value === undefined)) return 'Invalid ISO format, no values given';

  const duration: HumanDuration = {};
  for (const [index, value] of values.entries()) {
    const unit = UNITS[index];
    if (unit && value) duration[unit] = value as number;
  }
  return splitSeconds(duration);
}

/** Fractions of a second are told in whole milliseconds. */
function splitSeconds({ seconds, ...others }: HumanDuration): HumanDuration {
  const duration: HumanDuration = others;
  if (seconds !== undefined) {
    const whole = Math.trunc(seconds);
    const milliseconds = Math.trunc(Math.round((seconds - whole) * 1e9) / 1e6);
    if (whole) duration.seconds = whole;
    if (milliseconds) duration.milliseconds = milliseconds;
  }
  return Object.keys(duration).length > 0 ? duration : { milliseconds: 0 };
}
