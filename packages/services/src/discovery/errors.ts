import {
  explain,
  ForwardedError,
  InputError,
  NotFoundError,
  type ExplainedError,
} from '@stagewire/errors';

/** Refusals of discovery. */
export const discoveryErrors = {
  externalSrv: (target: string): ExplainedError =>
    explain(
      new Error('SRV resolver URLs cannot be used in the target for external endpoints'),
      'E_DISCOVERY_EXTERNAL_SRV',
      `in discovery.endpoints, give '${target}' as target.internal, and a plain URL as target.external`,
    ),

  badSrvUrl: (url: string, problem: string): ExplainedError =>
    explain(
      new InputError(`SRV resolver URLs ${problem}, got '${url}'`),
      'E_DISCOVERY_SRV_URL',
      'write the target as http+srv://<host>/<path> or https+srv://<host>/<path>',
    ),

  noTarget: (plugins: string[]): ExplainedError =>
    explain(
      new InputError(`The discovery endpoint of plugins '${plugins.join("', '")}' has no target`),
      'E_DISCOVERY_TARGET',
      'set the target of that entry in discovery.endpoints to a URL, or to an object with internal, external, or both',
    ),

  /** Callers meet these at a request, and find the names that the ecosystem knows. */
  noSrvRecords: (host: string): Error => new NotFoundError(`No SRV records found for ${host}`),
  srvFailed: (host: string, cause: unknown): Error =>
    new ForwardedError(`Failed SRV resolution for ${host}`, cause),
};
