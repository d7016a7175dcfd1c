/**
 * A figure that a promise gives out: what its text says, with median and spread of a summary or a
 * ratio.
 *
 * @param text - `{ id, label, better: 'less' | 'more', target?, unit? }`; `id` is kept forever,
 *   `target` is `{ atMost }` or `{ atLeast }`, and a ratio has no `unit`
 * @param spread - from `summary()` or `ratio()`
 */
export function toFigure(text, { ratio, median, min, max }) {
  return { ...text, value: ratio ?? median, min, max };
}

/** Whether a figure keeps its target; undefined without one. */
export function isMet({ value, target }) {
  if (!target) return undefined;
  return target.atMost === undefined ? value >= target.atLeast : value <= target.atMost;
}

/** `≤ 0.15`, `≥ 4.5`, with the unit. */
export function targetText({ target, unit }) {
  if (!target) return '';
  const { atMost, atLeast } = target;
  const text = atMost === undefined ? `≥ ${numberText(atLeast)}` : `≤ ${numberText(atMost)}`;
  return withUnit(text, unit);
}

/** `0.134 (0.128–0.14) ms`: median and spread. */
export function valueText({ value, min, max, unit }) {
  const text = numberText(value);
  const range = min === max ? '' : ` (${numberText(min)}–${numberText(max)})`;
  return withUnit(text + range, unit);
}

/**
 * How much of its target a figure uses: at most 1 when it is met, 0.5 when it is twice as good.
 * Undefined without a target, and with one of 0.
 */
export function shareOfTarget({ value, target }) {
  if (!target) return undefined;
  const share = target.atMost === undefined ? target.atLeast / value : value / target.atMost;
  return Number.isFinite(share) ? share : undefined;
}

/** Three digits that count, and every digit before the point. */
export function numberText(value) {
  const digits = Math.abs(value) >= 100 ? 0 : 3;
  return digits === 0
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(digits)));
}

const withUnit = (text, unit) => (unit ? `${text} ${unit}` : text);
