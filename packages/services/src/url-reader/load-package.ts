import { urlReaderErrors } from './errors.js';

/**
 * Loads a package that only the applications have that need it.
 *
 * @param name - the package
 * @param purpose - what is read with it
 * @throws `E_URL_PACKAGE_MISSING` when it is not installed
 */
export async function loadPackage<TModule>(
  name: string,
  purpose: string,
  load: () => Promise<TModule>,
): Promise<TModule> {
  try {
    return await load();
  } catch (error) {
    // A package that is there and lacks something itself is broken in another way.
    const { code, message = '' } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`)) {
      throw urlReaderErrors.packageMissing(name, purpose, error);
    }
    throw error;
  }
}
