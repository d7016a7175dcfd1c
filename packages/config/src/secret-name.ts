/** The last word of a key that holds a secret. */
const SECRET_WORDS = new Set(
  (
    'secret secrets password passwords passwd pass pwd passphrase token tokens key keys pat' +
    ' credential credentials authorization cookie apikey privatekey accesskey'
  ).split(' '),
);

/** The last word of a key whose value everybody may see, wherever it came from. */
const PUBLIC_WORDS = new Set(
  (
    'host hostname port user username name id region zone database schema bucket level' +
    ' environment version title timezone locale'
  ).split(' '),
);

const PUBLIC_KEYS = /(^|\.)(baseUrl|publicKey|publicKeys)$/;

/** Tells whether a key is named like one that holds a secret: `clientSecret`, `api-key`. @public */
export function isNamedSecret(key: string): boolean {
  return SECRET_WORDS.has(lastWord(key)) && !PUBLIC_KEYS.test(key);
}

/** Tells whether a key is named like one that everybody may see: `host`, `baseUrl`. @public */
export function isNamedPublic(key: string): boolean {
  return PUBLIC_WORDS.has(lastWord(key)) || PUBLIC_KEYS.test(key);
}

/** `key` of `backend.someApi-key` and of `apiKey[0]`. */
function lastWord(key: string): string {
  const name = key.replace(/(?:\[\d+\])+$/, '');
  return /(?:[A-Z]?[a-z0-9]+|[A-Z0-9]+)$/.exec(name)?.[0].toLowerCase() ?? '';
}
