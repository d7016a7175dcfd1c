import { isDeepStrictEqual } from 'node:util';

// Every difference between the answers of Stagewire and those of the stock backend is in one of two
// lists, and has to be there. A rule `holds` for exact values, so that a difference that changes is a
// new one. What is `decided` stays; what is `open` is to be mended in Stagewire, and leaves its list
// then.

const sentWithLength = {
  because: 'decided: an empty answer is sent with its length, not in chunks',
  holds: (row) =>
    is(row, 'header transfer-encoding', 'chunked', undefined) ||
    is(row, 'header content-length', undefined, '0'),
};

/** For the plugins that are written for these tests. */
export const answersRules = [
  sentWithLength,
  {
    because: 'decided: a message of our own for a handler that throws nothing',
    holds: (row) =>
      row.request === 'throws nothing' &&
      reads(
        row,
        'returned promise was rejected but did not have a reason',
        'a request handler failed without giving a reason',
      ),
  },
  {
    because: 'decided: a wrong request is told in a sentence, not as a dump of the validator',
    holds: (row) =>
      row.request === 'apply conditions: {"items":[{"id":"1"}]}' &&
      row.field === 'body' &&
      row.stock.includes('ZodError') &&
      JSON.parse(row.stagewire).error.message.startsWith('items[0] must have a string id'),
  },
  {
    because: 'decided: a wrong value is told with the file that it stands in',
    holds: (row) =>
      row.request === 'service config, as static' &&
      reads(row, `'backend.listen.host' in 'env'`, `'backend.listen.host' in 'app-config.yaml'`),
  },
  {
    because: 'decided: the cause of an error has its name and message first, as the error itself',
    holds: (row) =>
      row.request.startsWith('invoke answers:double') &&
      row.field === 'body' &&
      sameJson(row.stock, row.stagewire),
  },
  {
    because: 'decided: times of a task in UTC, not in local time with its offset',
    holds: (row) =>
      row.request === 'list tasks' &&
      row.field === 'body' &&
      row.stock.replaceAll('<ISO time with offset>', '<ISO time>') === row.stagewire,
  },
];

/** For published plugins, by the sets in which a difference has to be there. */
export const pluginRules = [
  { ...sentWithLength, sets: ['2025-01', '2025-09', '2026-09', 'full-portal'] },
  {
    because: 'decided: an answer that ends with its only part is sent with its length as well',
    sets: ['2025-01', '2025-09', '2026-09', 'full-portal'],
    holds: (row) =>
      row.request === 'catalog-backend: an entity' &&
      is(row, 'header content-length', undefined, '<of this body>'),
  },
];

/**
 * Holds what was found against the rules.
 *
 * @param rows - from `differences`
 * @param rules - one of the lists above
 * @returns `known`: `{ because, count }` for each rule; `unknown`: rows that no rule holds for;
 *   `gone`: listed differences that were not found
 */
export function judge(rows, rules) {
  const counted = rules.map(({ because, holds }) => ({
    because,
    count: rows.filter((row) => holds(row)).length,
  }));
  return {
    known: counted.filter(({ count }) => count > 0),
    unknown: rows.filter((row) => !rules.some(({ holds }) => holds(row))),
    gone: counted.filter(({ count }) => count === 0).map(({ because }) => because),
  };
}

function is(row, field, stock, stagewire) {
  return row.field === field && row.stock === stock && row.stagewire === stagewire;
}

/** Whether the bodies are equal but for one text. */
function reads({ field, stock, stagewire }, stockText, stagewireText) {
  return field === 'body' && stock.replace(stockText, stagewireText) === stagewire;
}

function sameJson(stock, stagewire) {
  try {
    return isDeepStrictEqual(JSON.parse(stock), JSON.parse(stagewire));
  } catch {
    return false;
  }
}
