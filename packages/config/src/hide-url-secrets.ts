import { isNamedSecret } from './secret-name.js';

/** Who signs in, in front of the host of a URL. */
const CREDENTIALS = /:\/\/[^\s/?#]*@/g;

/** One parameter of a query, with its value; quotes behind it belong to the text around. */
const PARAMETER = /([?&;]([\w.-]+)=)[^\s&;#]*[^\s&;#'",]/g;

/** What proves that somebody may read a URL that was signed for them. */
const SIGNATURE = /(?:^|[-_])sig(?:nature)?$/i;

/**
 * A text with the secrets in its URLs replaced by `***`: what stands in front of a host, and
 * parameters of the query that are named like secrets.
 *
 * @public
 */
export function hideUrlSecrets(text: string): string {
  return text
    .replace(CREDENTIALS, '://***@')
    .replace(PARAMETER, (parameter, start: string, name: string) =>
      isNamedSecret(name) || SIGNATURE.test(name) ? `${start}***` : parameter,
    );
}
