import type { LoggerService } from '@stagewire/plugin-api';

export type LogLine = { level: string; message: string; meta?: unknown };

/** A logger that keeps what it is told. */
export function recordingLogger(lines: LogLine[] = []): LoggerService & { lines: LogLine[] } {
  const at = (level: string) => (message: string, meta?: unknown) => {
    lines.push({ level, message, ...(meta !== undefined && { meta }) });
  };
  return {
    lines,
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    child: () => recordingLogger(lines),
  };
}
