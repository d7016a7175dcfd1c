import type { AnyZodObject, z } from 'zod/v3';
import type { BackstageCredentials } from './auth.js';
import type { LoggerService } from './logger.js';
import type { BasicPermission } from './permission-types.js';

/** What an action gets when it runs. @alpha */
export type ActionsRegistryActionContext<
  TInputSchema extends AnyZodObject,
  TSecretsSchema extends AnyZodObject | undefined = undefined,
> = {
  /** Valid by the input schema. */
  input: z.infer<TInputSchema>;
  /** Valid by the secrets schema; `undefined` when there is none. */
  secrets: TSecretsSchema extends AnyZodObject ? z.infer<TSecretsSchema> : undefined;
  logger: LoggerService;
  /** Who runs it. */
  credentials: BackstageCredentials;
};

/** Shows how an action is used. @alpha */
export type ActionsRegistryActionExample<
  TInputSchema extends AnyZodObject,
  TOutputSchema extends AnyZodObject,
> = {
  title: string;
  description?: string;
  input: z.infer<TInputSchema>;
  output?: z.infer<TOutputSchema>;
};

/** An action that a plugin offers. The schemas are written with zod 3. @alpha */
export type ActionsRegistryActionOptions<
  TInputSchema extends AnyZodObject,
  TOutputSchema extends AnyZodObject,
  TSecretsSchema extends AnyZodObject | undefined = undefined,
> = {
  /** Unique in the plugin; the id of the action becomes `<pluginId>:<name>`. */
  name: string;
  title: string;
  description: string;
  schema: {
    input: (zod: typeof z) => TInputSchema;
    output: (zod: typeof z) => TOutputSchema;
    /** What must not be logged or stored, kept apart from the input. */
    secrets?: (zod: typeof z) => TSecretsSchema extends AnyZodObject ? TSecretsSchema : never;
  };
  examples?: Array<ActionsRegistryActionExample<TInputSchema, TOutputSchema>>;
  /** The action does not exist for those who lack this permission. */
  visibilityPermission?: BasicPermission;
  attributes?: {
    /**
     * It may remove or overwrite something.
     *
     * @defaultValue true, unless `readOnly` is
     */
    destructive?: boolean;
    /**
     * Doing it twice is the same as doing it once.
     *
     * @defaultValue false
     */
    idempotent?: boolean;
    /**
     * It changes nothing.
     *
     * @defaultValue false
     */
    readOnly?: boolean;
  };
  /** Runs the action. */
  action: (
    context: ActionsRegistryActionContext<TInputSchema, TSecretsSchema>,
  ) => Promise<z.infer<TOutputSchema> extends void ? void : { output: z.infer<TOutputSchema> }>;
};

/** Takes the actions of a plugin. @alpha */
export interface ActionsRegistryService {
  /**
   * Offers an action.
   *
   * @throws when the plugin already has one of that name, or when it has a visibility permission
   *   and the plugin has started
   */
  register<
    TInputSchema extends AnyZodObject,
    TOutputSchema extends AnyZodObject,
    TSecretsSchema extends AnyZodObject | undefined = undefined,
  >(
    options: ActionsRegistryActionOptions<TInputSchema, TOutputSchema, TSecretsSchema>,
  ): void;
}
