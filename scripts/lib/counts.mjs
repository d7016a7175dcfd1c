// How many tests passed, failed and were skipped: adding up, and the line that tells it.

/** Adds up counts `{ passed, failed, skipped }`. */
export function addCounts(list) {
  const sum = (key) => list.reduce((total, counts) => total + (counts[key] ?? 0), 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** `12 passed, 0 failed`, then `, 1 skipped` where there are any. */
export function closingLine({ passed, failed, skipped = 0 }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** What node --test says at its end in the words of its spec reporter. */
export function countNodeTests(output, code) {
  const count = (word) => Number(new RegExp(`^ℹ ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const failed = count('fail') + count('cancelled');
  return { passed: count('pass'), failed: withExitCode(failed, code), skipped: count('skipped') };
}

/**
 * What vitest's JSON report says. A file that could not be loaded has no tests in it, so it
 * counts as one failure itself. Without a report (undefined) nothing ran.
 */
export function countVitest(report, code) {
  const files = report?.testResults ?? [];
  const broken = files.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  );
  return {
    passed: report?.numPassedTests ?? 0,
    failed: withExitCode((report?.numFailedTests ?? 0) + broken.length, code),
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  };
}

/** A runner that fails without a failed test (a crash, an unhandled rejection) failed once. */
function withExitCode(failed, code) {
  return failed === 0 && code !== 0 ? 1 : failed;
}
