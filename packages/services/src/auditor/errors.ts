import { explain, InputError } from '@stagewire/errors';

/** What the configuration of the auditor can have wrong. */
export const auditorErrors = {
  logLevel: (key: string, value: string, levels: readonly string[]) =>
    explain(
      new InputError(
        `The configuration value for '${key}' was given an invalid value: '${value}'. Expected one of the following valid values: '${levels.join(', ')}'.`,
      ),
      'E_AUDITOR_LOG_LEVEL',
      `set ${key} to one of those levels, or remove it`,
    ),
};
