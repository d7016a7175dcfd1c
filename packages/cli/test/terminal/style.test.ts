import { describe, expect, it } from 'vitest';
import { createStyle, hasColours } from '../../src/terminal/style.js';

describe('colours', () => {
  it.each([
    ['a terminal', { isTTY: true }, {}, true],
    ['a file', {}, {}, false],
    ['a terminal that cannot', { isTTY: true }, { TERM: 'dumb' }, false],
    ['somebody who wants none', { isTTY: true }, { NO_COLOR: '1' }, false],
    ['a log that shows them', {}, { FORCE_COLOR: '1' }, true],
    ['somebody who forces none', { isTTY: true }, { FORCE_COLOR: '0' }, false],
  ])('for %s', (_who, stream, env, expected) => {
    expect(hasColours(stream, env)).toBe(expected);
  });

  it('leave the text as it is where there are none', () => {
    const plain = createStyle(false);
    const coloured = createStyle(true);

    expect(plain.red(plain.bold('no'))).toBe('no');
    expect(coloured.red('no')).toBe('\u001B[31mno\u001B[39m');
  });
});
