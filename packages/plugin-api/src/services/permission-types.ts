/**
 * The types of the permission system. They mirror those of the ecosystem's permission packages by
 * structure, so that permissions and rules made with those packages fit, without depending on them.
 */
import type { JsonPrimitive } from '@stagewire/config';
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { z } from 'zod/v3';

/** Uses a type without inferring from it. */
// Not the built-in NoInfer: that one is not comparable with the form published types have.
type NoInfer<T> = T extends infer S ? S : never;

/** What all permissions have in common to tell about themselves. @public */
export type PermissionAttributes = {
  action?: 'create' | 'read' | 'update' | 'delete';
};

/** What the kinds of permission are built on. @public */
export type PermissionBase<TType extends string, TFields extends object> = {
  /** Unique, by custom `<plugin>.<noun>.<verb>`, such as `todo.item.create`. */
  name: string;

  /** Lets a policy treat alike what is alike, without knowing all names. */
  attributes: PermissionAttributes;
} & {
  /** The kind: `basic` or `resource`. */
  type: TType;
} & TFields;

/** A permission that is not about a certain thing. @public */
export type BasicPermission = PermissionBase<'basic', {}>;

/** A permission that is about a certain thing, such as one catalog entity. @public */
export type ResourcePermission<TResourceType extends string = string> = PermissionBase<
  'resource',
  {
    /** The type of that thing. */
    resourceType: TResourceType;
  }
>;

/** Something that somebody may or may not do. @public */
export type Permission = BasicPermission | ResourcePermission;

/** One parameter of a permission rule. @public */
export type PermissionRuleParam = undefined | JsonPrimitive | JsonPrimitive[];

/** The parameters of a permission rule. @public */
export type PermissionRuleParams = undefined | Record<string, PermissionRuleParam>;

/** A rule with its parameters. @public */
export type PermissionCondition<
  TResourceType extends string = string,
  TParams extends PermissionRuleParams = PermissionRuleParams,
> = {
  resourceType: TResourceType;
  rule: string;
  params?: TParams;
};

/** At least one. */
type NonEmptyArray<T> = [T, ...T[]];

/** All of these hold. @public */
export type AllOfCriteria<TQuery> = {
  allOf: NonEmptyArray<PermissionCriteria<TQuery>>;
};

/** At least one of these holds. @public */
export type AnyOfCriteria<TQuery> = {
  anyOf: NonEmptyArray<PermissionCriteria<TQuery>>;
};

/** This does not hold. @public */
export type NotCriteria<TQuery> = {
  not: PermissionCriteria<TQuery>;
};

/** Conditions, joined by and, or, not. @public */
export type PermissionCriteria<TQuery> =
  | AllOfCriteria<TQuery>
  | AnyOfCriteria<TQuery>
  | NotCriteria<TQuery>
  | TQuery;

/** Allowed or denied, whatever the resource. @public */
export type DefinitivePolicyDecision = {
  result: 'ALLOW' | 'DENY';
};

/** Allowed for those resources that fulfil the conditions. @public */
export type ConditionalPolicyDecision = {
  result: 'CONDITIONAL';
  /** The plugin that knows the rules. */
  pluginId: string;
  resourceType: string;
  conditions: PermissionCriteria<PermissionCondition>;
};

/** What a policy decides. @public */
export type PolicyDecision = DefinitivePolicyDecision | ConditionalPolicyDecision;

/** A question that is answered with yes or no; one about a resource permission names the resource. @public */
export type AuthorizePermissionRequest =
  | {
      permission: Exclude<Permission, ResourcePermission>;
      resourceRef?: never;
    }
  | {
      permission: ResourcePermission;
      resourceRef: string;
    };

/** The answer to an {@link AuthorizePermissionRequest}. @public */
export type AuthorizePermissionResponse = DefinitivePolicyDecision;

/** A question about all resources of a type at once. @public */
export type QueryPermissionRequest = {
  permission: ResourcePermission;
  resourceRef?: never;
};

/** The answer to a {@link QueryPermissionRequest}. @public */
export type QueryPermissionResponse = PolicyDecision;

/** Settings that all evaluators know; there are none. @public */
export interface EvaluatorRequestOptions {}

/** Whoever decides about permissions. @public */
export interface PermissionEvaluator {
  /** Asks for decisions that say allowed or denied. */
  authorize(
    requests: AuthorizePermissionRequest[],
    options?: EvaluatorRequestOptions & { _ignored?: never },
  ): Promise<AuthorizePermissionResponse[]>;

  /** Asks for decisions that may come with conditions. */
  authorizeConditional(
    requests: QueryPermissionRequest[],
    options?: EvaluatorRequestOptions & { _ignored?: never },
  ): Promise<QueryPermissionResponse[]>;
}

/** Names a resource type of a plugin. @public */
export type PermissionResourceRef<
  TResource = unknown,
  TQuery = unknown,
  TResourceType extends string = string,
  TPluginId extends string = string,
> = {
  readonly $$type: '@backstage/PermissionResourceRef';
  readonly pluginId: TPluginId;
  readonly resourceType: TResourceType;
  /** Carries a type only. */
  readonly TQuery: TQuery;
  /** Carries a type only. */
  readonly TResource: TResource;
};

/**
 * What conditions are made of: a test of one resource, in memory or as part of a query. Both ways
 * have to come to the same result.
 *
 * @public
 */
export type PermissionRule<
  TResource,
  TQuery,
  TResourceType extends string,
  TParams extends PermissionRuleParams = PermissionRuleParams,
> = {
  name: string;
  description: string;
  resourceType: TResourceType;

  /** Tests a resource that is in memory. */
  apply(resource: TResource, params: NoInfer<TParams>): boolean;

  /** Writes the same test as a query. */
  toQuery(params: NoInfer<TParams>): PermissionCriteria<TQuery>;
} & (
  | {
      /** Describes the parameters; must validate synchronously and be able to tell a JSON schema. */
      paramsSchema?: StandardSchemaV1<TParams> & StandardJSONSchemaV1<TParams>;
    }
  | {
      /** Describes the parameters with zod 3; new rules use the other form. */
      paramsSchema: z.ZodSchema<TParams>;
    }
);

/** The rules of one resource type. @public */
export type PermissionRuleset<
  TResource = unknown,
  TQuery = unknown,
  TResourceType extends string = string,
> = {
  /**
   * The rule of that name.
   *
   * @throws when there is none
   */
  getRuleByName(name: string): PermissionRule<TResource, TQuery, TResourceType>;
};
