import type { JsonObject } from '@stagewire/config';
import { InputError } from '@stagewire/errors';
import type { ZodTypeAny } from 'zod/v3';
import type { AnyRule } from './registered-permissions.js';

const JSON_SCHEMA_DIALECT = 'draft-07';

/** What is told of a rule without parameters: that it takes none. */
const NO_PARAMS: JsonObject = {
  type: 'object',
  properties: {},
  additionalProperties: false,
  $schema: 'http://json-schema.org/draft-07/schema#',
};

/** The parts of Standard Schema that matter here; not every schema has both. */
type StandardSchema = {
  '~standard'?: {
    validate(value: unknown): Validation | Promise<Validation>;
    jsonSchema?: { input(options: { target: string }): Record<string, unknown> };
  };
};

type Validation = { issues?: readonly Issue[] | undefined };
type Issue = {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
};

/**
 * Describes the parameters of a rule as JSON schema, for those who write policies.
 *
 * @remarks
 * Where a schema cannot be told, the description says why: one rule must not hide the others.
 */
export async function describeParams({ paramsSchema }: AnyRule): Promise<JsonObject> {
  if (!paramsSchema) return NO_PARAMS;
  try {
    return await toJsonSchema(paramsSchema);
  } catch (error) {
    return { description: `These parameters cannot be described: ${(error as Error).message}` };
  }
}

async function toJsonSchema(schema: NonNullable<AnyRule['paramsSchema']>): Promise<JsonObject> {
  const standard = (schema as StandardSchema)['~standard'];
  if (standard?.jsonSchema) {
    return standard.jsonSchema.input({ target: JSON_SCHEMA_DIALECT }) as JsonObject;
  }
  // zod 4 before it could tell its schema by itself.
  if ('_zod' in schema) {
    const { toJSONSchema } = await import('zod');
    const options = { target: JSON_SCHEMA_DIALECT, io: 'input' } as const;
    return toJSONSchema(schema as never, options) as JsonObject;
  }
  const { zodToJsonSchema } = await import('zod-to-json-schema');
  return zodToJsonSchema(schema as ZodTypeAny) as JsonObject;
}

/**
 * Checks parameters that came with a request.
 *
 * @throws InputError when they are not what the rule takes
 */
export function checkParams({ name, paramsSchema }: AnyRule, params: unknown): void {
  if (!paramsSchema) return;
  const standard = (paramsSchema as StandardSchema)['~standard'];
  const issues = standard
    ? toIssues(standard.validate(params), name)
    : (paramsSchema as ZodTypeAny).safeParse(params).error?.issues;
  if (!issues) return;
  const details = issues.slice(0, 5).map(({ message, path }) => `${toText(path)}${message}`);
  throw new InputError(`Parameters to rule '${name}' are invalid: ${details.join('; ')}`);
}

function toIssues(result: Validation | Promise<Validation>, name: string) {
  if (result instanceof Promise) {
    throw new TypeError(`The params schema of the permission rule '${name}' must be synchronous`);
  }
  return result.issues;
}

function toText(path: Issue['path']): string {
  if (!path || path.length === 0) return '';
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
  return `${keys.join('.')}: `;
}
