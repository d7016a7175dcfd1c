/** A password that is good for a while. */
export type Token = {
  text: string;
  /** In milliseconds since the Unix epoch. */
  expiresAt: number;
};

/**
 * Makes the password for new connections: a token that is kept, and replaced some time before it
 * expires. Connections that are open stay open.
 *
 * @remarks
 * Who asks while a token is being fetched waits for that one. When none can be had, the present one
 * is used for as long as it is good.
 *
 * @param renewBefore - how long before its end a token is replaced, in milliseconds
 */
export function createTokenPassword(
  fetchToken: () => Promise<Token>,
  renewBefore: number,
): () => Promise<string> {
  let current: Token | undefined;
  let fetching: Promise<Token> | undefined;

  return async () => {
    if (current && Date.now() < current.expiresAt - renewBefore) return current.text;
    fetching ??= fetchToken().finally(() => (fetching = undefined));
    try {
      current = await fetching;
    } catch (error) {
      if (!current || Date.now() >= current.expiresAt) throw error;
    }
    return current.text;
  };
}
