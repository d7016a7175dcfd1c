import type { Readable, Writable } from 'node:stream';
import type { CommandContext } from '../../command-context.js';
import { cliErrors } from '../../errors.js';

/** Where questions are asked; the terminal of the process by default. */
export type QuestionStreams = { input?: Readable; output?: Writable };

type Question = {
  /** What is asked for, in the words of a question: `Id of the plugin?` */
  message: string;
  /** How it is answered on the command line: `an id: stagewire new plugin <id>` */
  flag: string;
};

/** Thrown when somebody leaves a question with Ctrl+C. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** Asks for what the command line does not say, where somebody is there to answer. */
export class Questions {
  readonly #isInteractive: boolean;
  readonly #streams: QuestionStreams;

  /** @param takesDefaults - whether everything that has a default is settled by it */
  constructor(
    { isInteractive }: Pick<CommandContext, 'isInteractive'>,
    { takesDefaults = false, streams = {} as QuestionStreams } = {},
  ) {
    this.#isInteractive = isInteractive && !takesDefaults;
    this.#streams = streams;
  }

  /**
   * Asks for a text.
   *
   * @param initial - the answer where nobody is asked
   * @param check - throws for a text that will not do
   * @throws `E_CLI_NEW_ANSWER` when there is nobody to ask, and no such answer
   */
  async text(
    question: Question & { initial?: string; check?: (text: string) => unknown },
  ): Promise<string> {
    const { message, flag, initial, check } = question;
    if (!this.#isInteractive) return initial ?? refuse(question);
    const { text } = await import('@clack/prompts');
    return this.#await(
      text({
        message,
        ...(initial !== undefined && { initialValue: initial }),
        validate: (given) => findProblem(given ?? '', flag, check),
        ...this.#streams,
      }),
    );
  }

  /** Asks for one of several; it is settled where there is one only. @throws `E_CLI_NEW_ANSWER` */
  async select<T extends string>(
    question: Question & { options: ReadonlyArray<{ value: T; label?: string; hint?: string }> },
  ): Promise<T> {
    const { message, options } = question;
    const [only, ...others] = options;
    if (only && others.length === 0) return only.value;
    if (!this.#isInteractive) return refuse(question);
    const { select } = await import('@clack/prompts');
    // The library tells apart texts and other values, which T has settled.
    const choices = options as ReadonlyArray<{ value: string; label?: string; hint?: string }>;
    return this.#await(select({ message, options: [...choices], ...this.#streams })) as Promise<T>;
  }

  /** Asks for any number of several; none where nobody is asked. */
  async selectAny<T extends string>({
    message,
    options,
  }: {
    message: string;
    options: ReadonlyArray<{ value: T; hint?: string }>;
  }): Promise<T[]> {
    if (!this.#isInteractive) return [];
    const { multiselect } = await import('@clack/prompts');
    const choices = options as ReadonlyArray<{ value: string; hint?: string }>;
    return this.#await(
      multiselect({ message, options: [...choices], required: false, ...this.#streams }),
    ) as Promise<T[]>;
  }

  async #await<T>(answer: Promise<T>): Promise<Exclude<T, symbol>> {
    const given = await answer;
    if (typeof given === 'symbol') throw new CancelledError('left at a question');
    return given as Exclude<T, symbol>;
  }
}

function refuse({ message, flag }: Question): never {
  throw cliErrors.newAnswer(message, flag);
}

function findProblem(
  text: string,
  flag: string,
  check?: (text: string) => unknown,
): string | undefined {
  if (text === '') return `give ${flag}`;
  try {
    check?.(text);
    return undefined;
  } catch (error) {
    const { message, fix } = error as Error & { fix?: string };
    return fix ? `${message}: ${fix}` : message;
  }
}
