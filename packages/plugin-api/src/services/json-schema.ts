/** The names of the types in a JSON schema. @public */
export type JsonSchemaTypeName =
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'object'
  | 'array'
  | 'null';

/** A schema, or one that everything (`true`) or nothing (`false`) fulfils. @public */
export type JsonSchemaDefinition = JsonSchema | boolean;

/** What constants and defaults of a schema can be. */
type SchemaValue = string | number | boolean | SchemaObject | SchemaArray | null;
interface SchemaObject {
  [key: string]: SchemaValue;
}
interface SchemaArray extends Array<SchemaValue> {}

/**
 * A JSON schema of draft 7, as data. It has the structure of the `JSONSchema7` that is known from
 * `@types/json-schema`.
 *
 * @public
 */
export interface JsonSchema {
  $id?: string;
  $ref?: string;
  $schema?: string;
  $comment?: string;
  $defs?: { [key: string]: JsonSchemaDefinition };
  definitions?: { [key: string]: JsonSchemaDefinition };

  type?: JsonSchemaTypeName | JsonSchemaTypeName[];
  enum?: SchemaValue[];
  const?: SchemaValue;

  multipleOf?: number;
  maximum?: number;
  exclusiveMaximum?: number;
  minimum?: number;
  exclusiveMinimum?: number;

  maxLength?: number;
  minLength?: number;
  pattern?: string;
  format?: string;
  contentMediaType?: string;
  contentEncoding?: string;

  items?: JsonSchemaDefinition | JsonSchemaDefinition[];
  additionalItems?: JsonSchemaDefinition;
  maxItems?: number;
  minItems?: number;
  uniqueItems?: boolean;
  contains?: JsonSchemaDefinition;

  maxProperties?: number;
  minProperties?: number;
  required?: string[];
  properties?: { [key: string]: JsonSchemaDefinition };
  patternProperties?: { [key: string]: JsonSchemaDefinition };
  additionalProperties?: JsonSchemaDefinition;
  dependencies?: { [key: string]: JsonSchemaDefinition | string[] };
  propertyNames?: JsonSchemaDefinition;

  if?: JsonSchemaDefinition;
  then?: JsonSchemaDefinition;
  else?: JsonSchemaDefinition;
  allOf?: JsonSchemaDefinition[];
  anyOf?: JsonSchemaDefinition[];
  oneOf?: JsonSchemaDefinition[];
  not?: JsonSchemaDefinition;

  title?: string;
  description?: string;
  default?: SchemaValue;
  readOnly?: boolean;
  writeOnly?: boolean;
  examples?: SchemaValue;
}
