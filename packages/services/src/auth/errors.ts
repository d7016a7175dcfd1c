import { explain } from '@stagewire/errors';
import { SIGNATURE_ALGORITHMS } from './signature-algorithms.js';

const quoted = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');

/** What the configuration of tokens and of external access can have wrong. */
export const authErrors = {
  keyStoreType: (type: string) =>
    explain(
      new Error(
        `Unsupported config value backend.auth.pluginKeyStore.type '${type}'; expected one of 'database', 'static'`,
      ),
      'E_AUTH_KEY_STORE_TYPE',
      'set backend.auth.pluginKeyStore.type to database or static, or leave it out for database',
    ),

  staticKeysMissing: () =>
    explain(
      new Error(
        'At least one key pair must be provided in static.keys, when the static key store type is used',
      ),
      'E_AUTH_STATIC_KEYS_MISSING',
      'list a key pair in backend.auth.pluginKeyStore.static.keys, with keyId, publicKeyFile and privateKeyFile',
    ),

  staticPrivateKeyMissing: () =>
    explain(
      new Error(
        'Private key for signing must be provided in the first key pair in static.keys, when the static key store type is used',
      ),
      'E_AUTH_STATIC_PRIVATE_KEY_MISSING',
      'add privateKeyFile to the first entry of backend.auth.pluginKeyStore.static.keys, or move a pair that has one to the front',
    ),

  staticKeyUnusable: (file: string, algorithm: string, reason?: string) =>
    explain(
      new Error(
        `The file '${file}' in backend.auth.pluginKeyStore.static.keys does not hold a key for the algorithm '${algorithm}'${reason ? ` (${reason})` : ''}`,
      ),
      'E_AUTH_STATIC_KEY_UNUSABLE',
      `check that the file exists and may be read, is PEM (SPKI for the public key, PKCS#8 for the private one), and that algorithm names its kind: one of ${SIGNATURE_ALGORITHMS.join(', ')}; a key for ES256 is made by: openssl ecparam -name prime256v1 -genkey | openssl pkcs8 -topk8 -nocrypt`,
    ),

  staticKeyMismatch: (keyId: string) =>
    explain(
      new Error(
        `The files of the key '${keyId}' in backend.auth.pluginKeyStore.static.keys do not belong together`,
      ),
      'E_AUTH_STATIC_KEY_MISMATCH',
      'make the public key from the private one: openssl pkey -in <privateKeyFile> -pubout -out <publicKeyFile>',
    ),

  externalAccessType: (type: string, known: readonly string[]) =>
    explain(
      new Error(
        `Unknown type '${type}' in backend.auth.externalAccess, expected one of ${quoted(known)}`,
      ),
      'E_AUTH_EXTERNAL_TYPE',
      'set the type of that entry in backend.auth.externalAccess to one of those, or add the service factory of the handler for this one to the backend',
    ),

  duplicateExternalHandler: (type: string) =>
    explain(
      new Error(
        `Duplicate external token handler type '${type}', each handler must have a unique type`,
      ),
      'E_AUTH_EXTERNAL_HANDLER_DUPLICATE',
      'two service factories for external token handlers were added with this type; remove one',
    ),

  externalAccessOption: (problem: string) =>
    explain(
      new Error(problem),
      'E_AUTH_EXTERNAL_OPTION',
      'correct the options of that entry in backend.auth.externalAccess; a good token is made by: node -p "crypto.randomBytes(24).toString(\'base64\')"',
    ),

  accessRestriction: (problem: string) =>
    explain(
      new Error(problem),
      'E_AUTH_ACCESS_RESTRICTION',
      'correct accessRestrictions of that entry in backend.auth.externalAccess: one item per plugin, with plugin, and optionally permission and permissionAttribute.action',
    ),
};
