import { describe, expect, it } from 'vitest';
import { toError } from '@stagewire/errors';
import { readFrames } from '../src/stack-frames.js';

const withStack = (...frames: string[]) => ({
  stack: ['Error: boom', ...frames.map((frame) => `    at ${frame}`)].join('\n'),
});

describe('the frames of an error', () => {
  it('are the places in an author’s code, innermost first', () => {
    const error = withStack(
      `connect (${process.cwd()}/plugins/mail/src/smtp.ts:7:9)`,
      'async init (file:///opt/portal/node_modules/@acme/plugin-mail/dist/index.js:3:14)',
      'file:///opt/portal/src/index.ts:12:1',
    );

    expect(readFrames(error)).toEqual([
      'connect (plugins/mail/src/smtp.ts:7:9)',
      'async init (/opt/portal/node_modules/@acme/plugin-mail/dist/index.js:3:14)',
      '/opt/portal/src/index.ts:12:1',
    ]);
  });

  it('leave the machinery around that code out', () => {
    const error = withStack(
      'Socket.emit (node:events:518:28)',
      'Array.flatMap (<anonymous>)',
      'async Promise.all (index 0)',
      'boot (/opt/portal/node_modules/@stagewire/wiring/dist/boot.js:3:14)',
      'resolve (file:///opt/portal/node_modules/@stagewire/cli/dist/parts/shared.js:3:14)',
      'init (/opt/portal/packages/wiring-plan/src/index.js:3:14)',
    );

    expect(readFrames(error)).toEqual([
      'init (/opt/portal/packages/wiring-plan/src/index.js:3:14)',
    ]);
  });

  it('are told up to six', () => {
    const frames = Array.from({ length: 9 }, (_, index) => `call (/opt/portal/a.js:${index}:1)`);

    expect(readFrames(withStack(...frames))).toHaveLength(6);
  });

  it.each([[undefined], [null], ['boom'], [{ stack: [] }], [toError('boom')]])(
    'are not known of %o',
    (error) => {
      expect(readFrames(error)).toEqual([]);
    },
  );
});
