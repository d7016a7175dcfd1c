import compression from 'compression';
import type { RequestHandler } from 'express';

/** What the compression middleware says of each answer, also for clients that accept nothing. */
export const sayThatEncodingMatters: RequestHandler = (req, res, next) => {
  const { writeHead } = res;
  res.writeHead = ((...args: Parameters<typeof writeHead>) => {
    if (!res.headersSent) {
      const given = args.find((arg) => typeof arg === 'object') ?? {};
      for (const [name, value] of Object.entries(given)) res.setHeader(name, value as string);
      if (compression.filter(req, res)) res.vary('Accept-Encoding');
    }
    return writeHead.apply(res, args);
  }) as typeof writeHead;
  next();
};
