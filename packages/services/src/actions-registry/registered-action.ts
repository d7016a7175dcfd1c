import type { BasicPermission } from '@stagewire/plugin-api';
import type {
  ActionsRegistryActionOptions,
  ActionsServiceAction,
  JsonSchema,
} from '@stagewire/plugin-api/alpha';
import type { AnyZodObject, ZodTypeAny } from 'zod/v3';

/** What a plugin registered, of whatever input, output and secrets. */
export type ActionOptions = ActionsRegistryActionOptions<
  AnyZodObject,
  AnyZodObject,
  AnyZodObject | undefined
>;

/** What goes in and comes out. Output without a schema is passed on as it is. */
export type ActionSchemas = { input: ZodTypeAny; output?: ZodTypeAny; secrets?: ZodTypeAny };

/**
 * An action of a plugin.
 *
 * @remarks
 * Its schemas are made when they are needed first, because zod and its translation to JSON schema
 * cost a start some 40 ms that most processes never need.
 */
export class RegisteredAction {
  readonly id: string;
  readonly pluginId: string;
  readonly attributes: ActionsServiceAction['attributes'];
  readonly visibilityPermission: BasicPermission | undefined;
  readonly run: ActionOptions['action'];
  readonly #options: ActionOptions;
  #schemas: Promise<ActionSchemas> | undefined;
  #jsonSchemas: Promise<ActionsServiceAction['schema']> | undefined;

  constructor(pluginId: string, options: ActionOptions) {
    const {
      readOnly = false,
      idempotent = false,
      destructive = !readOnly,
    } = options.attributes ?? {};
    this.id = `${pluginId}:${options.name}`;
    this.pluginId = pluginId;
    this.attributes = { destructive, idempotent, readOnly };
    this.visibilityPermission = options.visibilityPermission;
    this.run = (context) => options.action(context);
    this.#options = options;
  }

  /** The schemas that what goes in and comes out is held against. */
  schemas(): Promise<ActionSchemas> {
    return (this.#schemas ??= this.#makeSchemas());
  }

  /** The action as it is told to others. */
  async describe(): Promise<ActionsServiceAction> {
    const { name, title, description, examples } = this.#options;
    const { id, pluginId, attributes } = this;
    const schema = await (this.#jsonSchemas ??= this.#makeJsonSchemas());
    return { id, name, title, description, pluginId, attributes, examples, schema };
  }

  async #makeSchemas(): Promise<ActionSchemas> {
    const { z } = await import('zod/v3');
    // Plain JavaScript may leave out any of them.
    const schema: Partial<ActionOptions['schema']> = this.#options.schema ?? {};
    return {
      input: schema.input?.(z) ?? z.object({}),
      output: schema.output?.(z),
      secrets: schema.secrets?.(z),
    };
  }

  async #makeJsonSchemas(): Promise<ActionsServiceAction['schema']> {
    const { input, output, secrets } = await this.schemas();
    const { z } = await import('zod/v3');
    const { zodToJsonSchema } = await import('zod-to-json-schema');
    const toJsonSchema = (schema: ZodTypeAny = z.object({})) =>
      zodToJsonSchema(schema) as JsonSchema; // its own type says the same in other words
    return {
      input: toJsonSchema(input),
      output: toJsonSchema(output),
      ...(secrets && { secrets: toJsonSchema(secrets) }),
    };
  }
}
