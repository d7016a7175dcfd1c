import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/terminal/format-finding.js';
import { createStyle } from '../../src/terminal/style.js';

describe('formatFinding', () => {
  it('writes severity, code and place, then the problem, the fix and who is to blame', () => {
    const finding = {
      severity: 'error' as const,
      code: 'E_MODULE_ORPHAN',
      problem: 'there is no plugin\nfor it',
      fix: 'add the plugin',
      place: 'src/index.ts:7',
      culprits: ['acme@1.0.0'],
    };

    expect(formatFinding(finding, createStyle(false)))
      .toBe(`  error  E_MODULE_ORPHAN  src/index.ts:7
    there is no plugin
    for it
    fix: add the plugin
    in:  acme@1.0.0`);
  });
});
