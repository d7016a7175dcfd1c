import type { JsonObject } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLocal } from '../local-transport/local-socket.js';
import { isoDate } from '../time/iso-date.js';

/** A logger for many lines: it can be asked whether it would write at all, and write at leisure. */
type PatientLogger = LoggerService & {
  isLevelEnabled?(level: string): boolean;
  infoSoon?(message: string, meta: JsonObject): void;
};

/** Writes one line for each response, when it is over. */
export class AccessLog {
  readonly #logger: PatientLogger;
  readonly #onClose: (this: ServerResponse) => void;

  constructor(logger: LoggerService) {
    this.#logger = logger;
    const log = (res: ServerResponse) => this.#log(res);
    // One for all responses, rather than one for each.
    this.#onClose = function logResponse() {
      log(this);
    };
  }

  /** Logs a response as soon as it has been sent, or its client has gone. */
  follow(res: ServerResponse): void {
    res.on('close', this.#onClose);
  }

  #log(res: ServerResponse): void {
    const logger = this.#logger;
    // The line is not even made when nobody would see it.
    if (logger.isLevelEnabled?.('info') === false) return;
    const entry = toEntry(res.req, res);
    if (logger.infoSoon) logger.infoSoon(toLine(entry), toMeta(entry));
    else logger.info(toLine(entry), toMeta(entry));
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
  /** Whether another plugin of this process asked, without a network between. */
  local: true | undefined;
};

function toEntry(req: IncomingMessage, res: ServerResponse): Entry {
  const { headers } = req;
  const length = res.getHeader('content-length');
  return {
    date: isoDate(),
    method: req.method ?? '',
    url: (req as { originalUrl?: string }).originalUrl || req.url || '',
    httpVersion: req.httpVersion,
    status: res.headersSent ? res.statusCode : undefined,
    contentLength: length === undefined ? undefined : Number(length),
    referrer: (headers['referer'] ?? headers['referrer']) as string | undefined,
    userAgent: headers['user-agent'],
    local: isLocal(req) || undefined,
  };
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
  for (const key of ['status', 'userAgent', 'contentLength', 'referrer', 'local'] as const) {
    if (entry[key] !== undefined) meta[key] = entry[key];
  }
  return meta;
}
