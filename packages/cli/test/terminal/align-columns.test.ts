import { expect, it } from 'vitest';
import { alignColumns } from '../../src/terminal/align-columns.js';

it('writes columns of equal width, without blanks at the ends of lines', () => {
  const rows = [
    ['node', '20.20.2', ''],
    ['stagewire', '0.1.0', 'here'],
  ];

  expect(alignColumns(rows)).toBe('node       20.20.2\nstagewire  0.1.0    here');
  expect(alignColumns([])).toBe('');
});
