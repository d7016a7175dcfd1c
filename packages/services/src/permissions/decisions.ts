import type {
  AuthorizePermissionResponse,
  BackstagePrincipalAccessRestrictions,
  Permission,
  PolicyDecision,
} from '@stagewire/plugin-api';
import { isCriteria } from '../permission-criteria/permission-criteria.js';
import { permissionsErrors } from './errors.js';
import type { PermissionAnswer } from './permission-client.js';

/**
 * Decides what a service may do. It may do everything, unless its access was restricted.
 *
 * @remarks
 * Restrictions hold whether or not the permission system is switched on.
 */
export function decideForService(
  permission: Permission,
  restrictions: BackstagePrincipalAccessRestrictions | undefined,
): AuthorizePermissionResponse {
  const { permissionNames, permissionAttributes } = restrictions ?? {};
  if (permissionNames && !permissionNames.includes(permission.name)) return { result: 'DENY' };

  const allowedActions = permissionAttributes?.action;
  const action = permission.attributes?.action;
  if (allowedActions && !(action && allowedActions.includes(action))) return { result: 'DENY' };
  return { result: 'ALLOW' };
}

/** @throws `E_PERMISSION_RESPONSE` when the result is neither ALLOW nor DENY */
export function toDecision(result: unknown): AuthorizePermissionResponse {
  if (result === 'ALLOW' || result === 'DENY') return { result };
  throw permissionsErrors.unexpectedResponse(`the result ${JSON.stringify(result)}`);
}

/** @throws `E_PERMISSION_RESPONSE` when it is neither a decision nor one with conditions */
export function toPolicyDecision(answer: PermissionAnswer): PolicyDecision {
  const { result, pluginId, resourceType, conditions } = answer;
  if (result !== 'CONDITIONAL') return toDecision(result);
  const isComplete =
    typeof pluginId === 'string' && typeof resourceType === 'string' && isCriteria(conditions);
  if (!isComplete) throw permissionsErrors.unexpectedResponse('a condition without its parts');
  return { result, pluginId, resourceType, conditions };
}
