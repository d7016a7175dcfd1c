import { AuthenticationError, explain, NotFoundError } from '@stagewire/errors';

/** Every refusal of the fakes that is not one of the service that they stand for. */
export const testingErrors = {
  userRef: (ref: string) =>
    explain(
      new TypeError(`Invalid user entity reference '${ref}', expected <kind>:<namespace>/<name>`),
      'E_MOCK_USER_REF',
      `write the whole reference, such as user:default/${ref.replace(/^.*[:/]/, '') || 'mock'}`,
    ),

  url: (url: string, known: readonly string[]) =>
    explain(
      new NotFoundError(`could not read ${url}, 404 Not Found`),
      'E_MOCK_URL',
      `add it to the files of mockServices.urlReader, which are ${known.join(', ') || 'none'}`,
    ),

  token: (problem: string) => new AuthenticationError(problem),
};
