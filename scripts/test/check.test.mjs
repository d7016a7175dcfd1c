import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatResult, runSteps } from '../check.mjs';
import { auditFindings } from '../lib/audit.mjs';

describe('the steps of a check', () => {
  it('all run, in order, and one that throws has failed', async () => {
    const told = [];
    const steps = {
      first: () => {
        throw new TypeError('no root');
      },
      second: async (root) => ({ state: 'passed', details: root }),
    };

    const results = await runSteps('here', steps, ({ name }) => told.push(name));

    assert.deepEqual(told, ['first', 'second']);
    assert.deepEqual(
      results.map(({ state }) => state),
      ['failed', 'passed'],
    );
    assert.match(results[0].details, /TypeError: no root/);
    assert.equal(results[1].details, 'here');
  });

  it('take one line each, and more only when they did not pass', () => {
    const result = { name: 'lint', state: 'passed', details: 'all is well', ms: 1234 };

    assert.equal(formatResult(result), 'lint      passed     1.2 s');
    assert.equal(
      formatResult({ ...result, state: 'failed', details: 'one\n\ntwo' }),
      'lint      failed     1.2 s\n  one\n\n  two',
    );
  });
});

describe('the audit', () => {
  it('tells what is high or critical and leaves the rest', () => {
    assert.deepEqual(auditFindings(report('moderate')), []);
    assert.deepEqual(auditFindings(report('high')), [
      'egg <2  high: falls; through hen  npm audit says what to update',
    ]);
  });

  it('has nothing to say when the registry gave no report', () => {
    assert.equal(auditFindings('{"message":"405 Method Not Allowed"}'), undefined);
    assert.equal(auditFindings(''), undefined);
  });
});

function report(severity) {
  const egg = { name: 'egg', severity, range: '<2', via: [{ title: 'falls' }, 'hen'] };
  return JSON.stringify({ metadata: { vulnerabilities: {} }, vulnerabilities: { egg } });
}
