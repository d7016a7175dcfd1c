import { hash } from 'node:crypto';

/**
 * Makes a short fixed-length key of secret texts, so that memories keyed by tokens keep no token
 * and stay small however long a token is.
 */
export function digestOf(...texts: string[]): string {
  // Lengths in front, or ('ab', 'c') and ('a', 'bc') would be one key.
  let text = '';
  for (const part of texts) text += `${part.length}:${part},`;
  return hash('sha256', text, 'base64');
}
