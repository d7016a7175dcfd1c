import { fileURLToPath } from 'node:url';

/** How many places are told of one error: enough to see who called. */
const MAX_FRAMES = 6;

/** Frames of the machinery around an author's function, which say nothing about the fault. */
const MACHINERY =
  /node:|[\\/]node_modules[\\/]tsx[\\/]|[\\/](?:@stagewire|packages)[\\/](?:wiring|plugin-api|errors)[\\/](?:src|dist)[\\/]|[\\/]@stagewire[\\/]cli[\\/]dist[\\/]/;

/** The places in an author's code that an error came through, innermost first, for a person. */
export function readFrames(error: unknown): string[] {
  const { stack } = Object(error) as { stack?: unknown };
  // Not text where a program replaced Error.prepareStackTrace.
  if (typeof stack !== 'string') return [];
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  // Made of something else that was thrown, which does not know where.
  if (frames[0]?.includes('at toError ')) return [];
  return frames
    .filter((frame) => /:\d+:\d+\)?$/.test(frame) && !MACHINERY.test(frame))
    .slice(0, MAX_FRAMES)
    .map((frame) => shorten(frame.trim().slice('at '.length)));
}

function shorten(frame: string): string {
  return frame
    .replace(/file:\/\/[^\s)]+(?=:\d+:\d+)/, (url) => fileURLToPath(url))
    .replace(`${process.cwd()}/`, '');
}
