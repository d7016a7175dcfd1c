import { randomBytes } from 'node:crypto';

const SETTING = 'APP_CONFIG_backend_auth_externalAccess';

/**
 * Lets a developer call the backend with `curl`: a static token, new at every start unless
 * `STAGEWIRE_DEV_TOKEN` sets it. There is none in production, nor where external access is
 * configured by the environment already.
 *
 * @returns the token, or undefined where there is none
 */
export function provideDevToken(env: NodeJS.ProcessEnv): string | undefined {
  if (env.NODE_ENV === 'production' || env[SETTING]) return undefined;
  const token = env.STAGEWIRE_DEV_TOKEN || randomBytes(18).toString('base64url');
  env[SETTING] = JSON.stringify([{ type: 'static', options: { token, subject: 'developer' } }]);
  return token;
}
