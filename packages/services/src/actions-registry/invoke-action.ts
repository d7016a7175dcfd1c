import { InputError } from '@stagewire/errors';
import type { BackstageCredentials, LoggerService } from '@stagewire/plugin-api';
import type { ZodTypeAny } from 'zod/v3';
import type { RegisteredAction } from './registered-action.js';

/** Who calls an action, and with what. @internal */
export type ActionCall = {
  input: unknown;
  secrets: unknown;
  credentials: BackstageCredentials;
  logger: LoggerService;
};

/**
 * Runs an action with what its schemas make of input and secrets.
 *
 * @throws InputError when input, secrets or the output do not fit their schema, or there are
 *   secrets where none are expected, or the other way round
 *
 * @internal
 */
export async function invokeAction(
  action: RegisteredAction,
  { input, secrets, credentials, logger }: ActionCall,
): Promise<{ output: unknown }> {
  const { id } = action;
  const schemas = await action.schemas();
  const context = {
    input: parse(schemas.input, input, `Invalid input to action "${id}"`),
    secrets: readSecrets(id, schemas.secrets, secrets),
    logger,
    credentials,
  };

  const result = (await action.run(context)) as { output: unknown } | undefined;

  const output = schemas.output
    ? parse(schemas.output, result?.output, `Invalid output from action "${id}"`)
    : result?.output;
  return { output };
}

function readSecrets(id: string, schema: ZodTypeAny | undefined, secrets: unknown) {
  const given = secrets !== undefined && secrets !== null;
  if (schema && !given) {
    throw new InputError(`Action "${id}" requires secrets but none were provided`);
  }
  if (!schema && given) throw new InputError(`Action "${id}" does not accept secrets`);
  return schema && parse(schema, secrets, `Invalid secrets for action "${id}"`);
}

function parse(schema: ZodTypeAny, value: unknown, problem: string) {
  const result = schema.safeParse(value);
  if (!result.success) throw new InputError(problem, result.error);
  return result.data;
}
