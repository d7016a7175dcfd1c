import { InputError, NotImplementedError } from '@stagewire/errors';
import type { PermissionCondition, PermissionCriteria } from '@stagewire/plugin-api';
import { isCriteria, toCriteriaKind } from '../permission-criteria/permission-criteria.js';
import type { AnyRule, RegisteredPermissions } from './registered-permissions.js';
import { checkParams } from './rule-params.js';

type Criteria = PermissionCriteria<PermissionCondition>;
type Result = 'ALLOW' | 'DENY';

type RequestItem = {
  id: string;
  resourceRef: string | string[];
  resourceType: string;
  conditions: Criteria;
};

type ResponseItem = { id: string; result: Result | Result[] };

/** The resources of a request, by type and reference. */
type Resources = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

/**
 * Answers a request to apply conditions to resources of this plugin.
 *
 * @throws InputError when the body is not such a request, or names types, rules or parameters
 *   that do not exist; NotImplementedError when the plugin cannot load resources of a type
 */
export async function applyConditions(
  body: unknown,
  registered: RegisteredPermissions,
): Promise<{ items: ResponseItem[] }> {
  const items = readItems(body);
  checkResourceTypes(items, registered);
  const resources = await loadResources(items, registered);
  return { items: items.map((item) => applyToItem(item, resources, registered)) };
}

function readItems(body: unknown): RequestItem[] {
  const items = (body as { items?: unknown } | null | undefined)?.items;
  if (!Array.isArray(items)) throw new InputError('Expected a body with a list of items');
  const wrong = items.findIndex((item) => !isRequestItem(item));
  if (wrong >= 0) {
    throw new InputError(
      `items[${wrong}] must have a string id, a resourceRef of one or more strings, a string resourceType and conditions`,
    );
  }
  return items as RequestItem[];
}

function isRequestItem(value: unknown): value is RequestItem {
  if (typeof value !== 'object' || value === null) return false;
  const { id, resourceRef, resourceType, conditions } = value as Partial<RequestItem>;
  const refs = Array.isArray(resourceRef) ? resourceRef : [resourceRef];
  return (
    typeof id === 'string' &&
    typeof resourceType === 'string' &&
    refs.length > 0 &&
    refs.every((ref) => typeof ref === 'string') &&
    isCriteria(conditions)
  );
}

function checkResourceTypes(items: RequestItem[], registered: RegisteredPermissions): void {
  const types = [...new Set(items.map(({ resourceType }) => resourceType))];
  const unknown = types.filter((type) => !registered.hasResourceType(type));
  if (unknown.length > 0) {
    throw new InputError(`Unexpected resource types: ${unknown.join(', ')}.`);
  }
}

async function loadResources(
  items: RequestItem[],
  registered: RegisteredPermissions,
): Promise<Resources> {
  const refsByType = new Map<string, Set<string>>();
  for (const { resourceType, resourceRef } of items) {
    const refs = refsByType.get(resourceType) ?? new Set();
    for (const ref of toArray(resourceRef)) refs.add(ref);
    refsByType.set(resourceType, refs);
  }
  const loads = [...refsByType].map(
    async ([type, refs]) => [type, await loadOfType(type, [...refs], registered)] as const,
  );
  return new Map(await Promise.all(loads));
}

async function loadOfType(
  resourceType: string,
  refs: string[],
  registered: RegisteredPermissions,
): Promise<ReadonlyMap<string, unknown>> {
  const getResources = registered.findGetResources(resourceType);
  if (!getResources) {
    throw new NotImplementedError(
      `This plugin does not load resources of the type '${resourceType}', so no conditions can be applied to them here`,
    );
  }
  const resources = await getResources(refs);
  return new Map(refs.map((ref, index) => [ref, resources[index]]));
}

function applyToItem(
  { id, resourceRef, resourceType, conditions }: RequestItem,
  resources: Resources,
  registered: RegisteredPermissions,
): ResponseItem {
  const apply = (ref: string): Result => {
    const resource = resources.get(resourceType)?.get(ref);
    // Denied whatever the conditions say: a `not` must not tell apart what does not exist from
    // what may not be seen.
    if (resource === undefined || resource === null) return 'DENY';
    return holds(conditions, resource, resourceType, registered) ? 'ALLOW' : 'DENY';
  };
  return {
    id,
    result: typeof resourceRef === 'string' ? apply(resourceRef) : resourceRef.map(apply),
  };
}

function holds(
  criteria: Criteria,
  resource: unknown,
  resourceType: string,
  registered: RegisteredPermissions,
): boolean {
  const holdsPart = (part: Criteria) => holds(part, resource, resourceType, registered);
  const known = toCriteriaKind(criteria);
  switch (known.kind) {
    case 'anyOf':
      return known.parts.some(holdsPart);
    case 'allOf':
      return known.parts.every(holdsPart);
    case 'not':
      return !holdsPart(known.part);
    case 'condition':
      return holdsCondition(known.condition, resource, resourceType, registered);
  }
}

function holdsCondition(
  { rule: name, params }: PermissionCondition,
  resource: unknown,
  resourceType: string,
  registered: RegisteredPermissions,
): boolean {
  const rule = getRule(name, resourceType, registered);
  checkParams(rule, params);
  return rule.apply(resource, params ?? {});
}

// Here the name comes with the request, so it is the request that is wrong.
function getRule(name: string, resourceType: string, registered: RegisteredPermissions): AnyRule {
  try {
    return registered.getRule(resourceType, name);
  } catch (error) {
    throw new InputError((error as Error).message);
  }
}

function toArray(value: string | string[]): string[] {
  return typeof value === 'string' ? [value] : value;
}
