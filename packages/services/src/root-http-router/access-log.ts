import type { JsonObject } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A logger that can be asked whether it would write at all. */
type AskableLogger = LoggerService & { isLevelEnabled?(level: string): boolean };

/** Writes one line for each response, when it is over. */
export class AccessLog {
  readonly #logger: AskableLogger;

  constructor(logger: LoggerService) {
    this.#logger = logger;
  }

  /** Logs a response as soon as it has been sent, or its client has gone. */
  follow(res: ServerResponse): void {
    res.on('close', () => {
      // The line is not even made when nobody would see it.
      if (this.#logger.isLevelEnabled?.('info') === false) return;
      const entry = toEntry(res.req, res);
      this.#logger.info(toLine(entry), toMeta(entry));
    });
  }
}

type Entry = {
  date: string;
  method: string;
  url: string;
  httpVersion: string;
  /** Undefined when the client went away before the response began. */
  status: number | undefined;
  contentLength: number | undefined;
  referrer: string | undefined;
  userAgent: string | undefined;
};

function toEntry(req: IncomingMessage, res: ServerResponse): Entry {
  const { headers } = req;
  const length = res.getHeader('content-length');
  return {
    date: isoDate(Date.now()),
    method: req.method ?? '',
    url: (req as { originalUrl?: string }).originalUrl || req.url || '',
    httpVersion: req.httpVersion,
    status: res.headersSent ? res.statusCode : undefined,
    contentLength: length === undefined ? undefined : Number(length),
    referrer: (headers['referer'] ?? headers['referrer']) as string | undefined,
    userAgent: headers['user-agent'],
  };
}

const lastDate = { time: 0, text: '' };

/** Many responses end in the same millisecond when it counts; their date is written once. */
function isoDate(time: number): string {
  if (time !== lastDate.time) {
    lastDate.time = time;
    lastDate.text = new Date(time).toISOString();
  }
  return lastDate.text;
}

function toLine(entry: Entry): string {
  const request = `"${entry.method} ${entry.url} HTTP/${entry.httpVersion}"`;
  const response = `${entry.status ?? '-'} ${entry.contentLength ?? 0}`;
  return `[${entry.date}] ${request} ${response} "${entry.referrer ?? '-'}" "${entry.userAgent ?? '-'}"`;
}

function toMeta(entry: Entry): JsonObject {
  const meta: JsonObject = {
    type: 'incomingRequest',
    date: entry.date,
    method: entry.method,
    url: entry.url,
    httpVersion: entry.httpVersion,
  };
  for (const key of ['status', 'userAgent', 'contentLength', 'referrer'] as const) {
    if (entry[key] !== undefined) meta[key] = entry[key];
  }
  return meta;
}
