import type { PermissionCondition, PermissionCriteria } from '@stagewire/plugin-api';

type Criteria = PermissionCriteria<PermissionCondition>;

/** Deeper than any policy nests; what is deeper could exhaust the stack of whoever evaluates it. */
const MAX_DEPTH = 100;

/** Conditions with the ways to join them, told apart. */
export type CriteriaKind =
  | { kind: 'anyOf' | 'allOf'; parts: Criteria[] }
  | { kind: 'not'; part: Criteria }
  | { kind: 'condition'; condition: PermissionCondition };

/** Tells which kind of criteria it is; a `not` and lists win over a condition. */
export function toCriteriaKind(criteria: Criteria): CriteriaKind {
  if ('anyOf' in criteria) return { kind: 'anyOf', parts: criteria.anyOf };
  if ('allOf' in criteria) return { kind: 'allOf', parts: criteria.allOf };
  if ('not' in criteria) return { kind: 'not', part: criteria.not };
  return { kind: 'condition', condition: criteria };
}

/** Tells whether data from elsewhere is well-formed criteria. */
export function isCriteria(value: unknown, depth = 0): value is Criteria {
  if (!isObject(value) || depth > MAX_DEPTH) return false;
  const { anyOf, allOf, not } = value;
  const joined = [anyOf, allOf, not].filter((part) => part !== undefined);
  if (joined.length > 1) return false;
  if (not !== undefined) return isCriteria(not, depth + 1);
  const parts = anyOf ?? allOf;
  if (parts === undefined) return isCondition(value);
  return (
    Array.isArray(parts) && parts.length > 0 && parts.every((part) => isCriteria(part, depth + 1))
  );
}

function isCondition({ rule, resourceType, params }: Record<string, unknown>): boolean {
  if (typeof rule !== 'string' || typeof resourceType !== 'string') return false;
  return params === undefined || isObject(params);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
