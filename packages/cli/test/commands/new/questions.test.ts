import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Questions } from '../../../src/commands/new/questions.js';

const named = { message: 'Id?', flag: 'an id: --id <id>' };

describe('Questions, with somebody there', () => {
  it('asks for a text, until it is one that will do', async () => {
    const { questions, input, untilShown } = onTerminal();
    const answer = questions.text({
      ...named,
      check: (text) => {
        if (text !== 'todo') throw new Error('not that one');
      },
    });

    await untilShown('Id?');
    input.write('tod\r');
    await untilShown('not that one');
    input.write('o\r');

    expect(await answer).toBe('todo');
  });

  it('lets one of several be chosen, and takes the only one unasked', async () => {
    const { questions, input, untilShown } = onTerminal();
    const answer = questions.select({ ...named, options: [{ value: 'one' }, { value: 'two' }] });

    await untilShown('Id?');
    input.write('\u001B[B');
    input.write('\r');

    expect(await answer).toBe('two');
    expect(await questions.select({ ...named, options: [{ value: 'one' }] })).toBe('one');
  });

  it('can be left by Ctrl+C', async () => {
    const { questions, input, untilShown } = onTerminal();
    const answer = questions.text(named);

    await untilShown('Id?');
    input.write('\u0003');

    await expect(answer).rejects.toThrow(expect.objectContaining({ name: 'CancelledError' }));
  });
});

describe('Questions, with nobody there', () => {
  it.each([
    ['no terminal', { isInteractive: false }, {}],
    ['--yes', { isInteractive: true }, { takesDefaults: true }],
  ])('are settled by defaults, or refused with the flag: %s', async (_, context, options) => {
    const questions = new Questions(context, options);

    expect(await questions.text({ ...named, initial: 'todo' })).toBe('todo');
    expect(await questions.selectAny({ message: 'Which?', options: [{ value: 'a' }] })).toEqual([]);
    await expect(questions.text(named)).rejects.toThrow(
      expect.objectContaining({ code: 'E_CLI_NEW_ANSWER', fix: 'give an id: --id <id>' }),
    );
    await expect(
      questions.select({ ...named, options: [{ value: 'a' }, { value: 'b' }] }),
    ).rejects.toThrow(expect.objectContaining({ code: 'E_CLI_NEW_ANSWER' }));
  });
});

/** Questions to streams; what they show can be waited for. */
function onTerminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  output.on('data', (part: Buffer) => {
    shown += part.toString();
    output.emit('shown');
  });
  const untilShown = (text: string) =>
    new Promise<void>((settle) => {
      const look = () => {
        if (!shown.includes(text)) return;
        output.off('shown', look);
        settle();
      };
      output.on('shown', look);
      look();
    });
  const questions = new Questions({ isInteractive: true }, { streams: { input, output } });
  return { questions, input, untilShown };
}
