import { styleText } from 'node:util';

/** What text may look like; without colours, it stays as it is. */
export type Style = Record<
  'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan',
  (text: string) => string
>;

/** Makes the styles of a terminal. */
export function createStyle(hasColours: boolean): Style {
  const styled = (format: keyof Style) => (text: string) =>
    // Whether the stream takes colours is decided here, for all texts alike.
    hasColours ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: styled('bold'),
    dim: styled('dim'),
    red: styled('red'),
    green: styled('green'),
    yellow: styled('yellow'),
    cyan: styled('cyan'),
  };
}

/** Whether a stream takes colours: `NO_COLOR` and `FORCE_COLOR` decide, else whether it is a terminal. */
export function hasColours(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}
