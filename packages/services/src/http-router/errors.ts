import { explain, toError, type ExplainedError } from '@stagewire/errors';

/** Refusals of the HTTP routers of plugins. */
export const httpRouterErrors = {
  invalidPolicy: (pluginId: string, path: string): ExplainedError =>
    explain(
      new Error('Invalid auth policy'),
      'E_AUTH_POLICY',
      `in plugin '${pluginId}', give the policy for '${path}' an allow of 'unauthenticated' or 'user-cookie'`,
    ),

  /** Keeps the error, which quotes the pattern and points at the place. */
  invalidPolicyPath: (pluginId: string, path: string, cause: unknown): ExplainedError =>
    explain(
      toError(cause),
      'E_AUTH_POLICY_PATH',
      `in plugin '${pluginId}', mend the policy path '${path}': a path covers all below it, a parameter is ':name', and other special characters need a backslash`,
    ),
};
