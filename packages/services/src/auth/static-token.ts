import { timingSafeEqual } from 'node:crypto';
import type { Config } from '@stagewire/config';
import { digestOf } from '../credentials/digest.js';
import { authErrors } from './errors.js';

const MIN_TOKEN_LENGTH = 8;

/** A token that both sides know; only its digest is kept. */
export type StaticToken = { digest: Buffer; subject: string };

/**
 * Reads the options of external access by a static token.
 *
 * @throws `E_AUTH_EXTERNAL_OPTION` when the token is too short, or one of the texts has spaces
 */
export function readStaticToken(options: Config): StaticToken {
  const token = options.getString('token');
  const subject = options.getString('subject');
  if (/\s/.test(token)) {
    throw authErrors.externalAccessOption('Illegal token, must be a set of non-space characters');
  }
  if (token.length < MIN_TOKEN_LENGTH) {
    throw authErrors.externalAccessOption(
      `Illegal token, must be at least ${MIN_TOKEN_LENGTH} characters length`,
    );
  }
  if (/\s/.test(subject)) {
    throw authErrors.externalAccessOption('Illegal subject, must be a set of non-space characters');
  }
  return { digest: Buffer.from(digestOf(token)), subject };
}

/**
 * Compares in constant time: how long it takes does not tell how much of a guess was right.
 *
 * @param digest - of the token that was sent: it has one length, whatever the token has
 */
export function isStaticToken(digest: Buffer, known: StaticToken): boolean {
  return timingSafeEqual(digest, known.digest);
}
