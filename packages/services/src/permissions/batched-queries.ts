import type {
  AuthorizePermissionRequest,
  AuthorizePermissionResponse,
  Permission,
} from '@stagewire/plugin-api';
import { toDecision } from './decisions.js';
import type { PermissionAnswer, PermissionQuery } from './permission-client.js';
import { permissionsErrors } from './errors.js';

/** Questions that were merged by permission, and where the answer to each of them will be. */
export type BatchedQueries = {
  queries: PermissionQuery[];
  /** Takes the answers apart again, into one for each original question. */
  unmerge(answers: readonly PermissionAnswer[]): AuthorizePermissionResponse[];
};

type Group = { permission: Permission; resourceRefs: string[] };

/** Merges questions about the same resource permission into one with many resources. */
export function batchQueries(requests: readonly AuthorizePermissionRequest[]): BatchedQueries {
  const groups = new Map<string, Group>();
  const places = requests.map(({ permission, resourceRef }) => {
    const key = JSON.stringify([permission.name, permission.type, resourceTypeOf(permission)]);
    const group = groups.get(key) ?? { permission, resourceRefs: [] };
    groups.set(key, group);
    if (resourceRef !== undefined) group.resourceRefs.push(resourceRef);
    return { key, index: group.resourceRefs.length - 1 };
  });

  const keys = [...groups.keys()];
  return {
    queries: [...groups.values()].map(toQuery),
    unmerge: (answers) =>
      places.map(({ key, index }) => pick(answers[keys.indexOf(key)], groups.get(key), index)),
  };
}

function toQuery({ permission, resourceRefs }: Group): PermissionQuery {
  return resourceRefs.length > 0 ? { permission, resourceRef: resourceRefs } : { permission };
}

// One result stands for all resources; a list has one for each.
function pick(
  answer: PermissionAnswer | undefined,
  group: Group | undefined,
  index: number,
): AuthorizePermissionResponse {
  const result = answer?.result;
  if (!Array.isArray(result)) return toDecision(result);
  if (result.length !== group?.resourceRefs.length) {
    throw permissionsErrors.unexpectedResponse('Items in response do not match request');
  }
  return toDecision(result[index]);
}

function resourceTypeOf(permission: Permission): string | null {
  return permission.type === 'resource' ? permission.resourceType : null;
}
