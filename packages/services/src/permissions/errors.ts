import { BackendError } from '@stagewire/errors';

/** What the permission backend can get wrong. */
export const permissionsErrors = {
  unexpectedResponse: (problem: string) =>
    new BackendError(
      'E_PERMISSION_RESPONSE',
      `The permission backend gave an unexpected response: ${problem}`,
      'check that the plugin permission is the one that discovery points to, that no proxy changes its answers, and that permission.EXPERIMENTAL_enableBatchedRequests is only set when its version supports it',
    ),
};
