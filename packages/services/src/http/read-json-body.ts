import type Express from 'express';
import type { Request, Response } from 'express';

type JsonParser = ReturnType<typeof Express.json>;

/** By limit; there are as many as there are kinds of routes of our own. */
const parsers = new Map<string, JsonParser>();

/**
 * The body of a request as JSON; `undefined` when there is none. What an earlier parser has read is
 * kept. Express is loaded by the first call.
 *
 * @param limit - how long a body may be, such as `1mb`; a longer one rejects with status 413
 */
export async function readJsonBody(req: Request, res: Response, limit: string): Promise<unknown> {
  const parse = await findParser(limit);
  await new Promise<void>((resolve, reject) => {
    parse(req, res, (error?: unknown) => (error ? reject(error) : resolve()));
  });
  return req.body;
}

async function findParser(limit: string): Promise<JsonParser> {
  const { default: express } = await import('express');
  const parser = parsers.get(limit) ?? express.json({ limit });
  parsers.set(limit, parser);
  return parser;
}
