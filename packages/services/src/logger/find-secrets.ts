import {
  isNamedPublic,
  isNamedSecret,
  listSecretKeys,
  listSubstitutions,
  type Config,
  type JsonValue,
} from '@stagewire/config';

/**
 * Finds the values in configuration that must not appear in the log.
 *
 * @remarks
 * These are: strings that an installed package declares to be secret; strings under a key that is
 * named like a secret (`token`, `clientSecret`, `api-key`, `password`, …); strings that came from an
 * environment variable or a file, unless their key is plainly public (`host`, `user`, `region`,
 * `baseUrl`, …) or they are the bare address of a server; and the passwords inside of URLs.
 *
 * A value that could stand in any line by chance is none of them, or the log would be full of
 * stars: a word (up to 12 letters, in one case or capitalised), and a number of up to 8 digits.
 */
export function findSecrets(config: Config): Set<string> {
  const secrets = new Set<string>();
  const declared = new Set(listSecretKeys(config));
  visitStrings(config.getOptional() ?? {}, '', (value, key) => {
    if (declared.has(key) || isNamedSecret(key)) secrets.add(value);
    const password = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*:([^/?#\s@]+)@/i.exec(value)?.[1];
    if (password) secrets.add(password);
  });
  for (const { key, value, inserted } of listSubstitutions(config)) {
    if (!declared.has(key) && (isNamedPublic(key) || isServerAddress(value))) continue;
    for (const text of [value, ...inserted]) secrets.add(text);
  }
  return new Set([...secrets].map((text) => text.trim()).filter(isTelling));
}

function visitStrings(
  value: JsonValue | undefined,
  key: string,
  visit: (value: string, key: string) => void,
): void {
  if (typeof value === 'string') visit(value, key);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, child] of Object.entries(value)) {
    const separator = key === '' ? '' : '.';
    const childKey = Array.isArray(value) ? `${key}[${name}]` : `${key}${separator}${name}`;
    visitStrings(child, childKey, visit);
  }
}

/** A URL that tells where a server is, and nothing else. */
function isServerAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { host, username, password, pathname, search, hash } = new URL(value);
  return host !== '' && `${username}${password}${search}${hash}` === '' && pathname.length <= 1;
}

/** Tells whether finding this text in a line says that the secret is there. */
function isTelling(text: string): boolean {
  if (text.length <= 1) return false;
  const isWord = text.length <= 12 && /^(?:[A-Za-z][a-z]+|[A-Z]+)$/.test(text);
  return !isWord && !/^\d{1,8}$/.test(text);
}
