import type { BackstageCredentials } from './auth.js';
import type {
  AuthorizePermissionRequest,
  AuthorizePermissionResponse,
  EvaluatorRequestOptions,
  PermissionEvaluator,
  QueryPermissionRequest,
  QueryPermissionResponse,
} from './permission-types.js';

/** For whom {@link PermissionsService} decides. @public */
export interface PermissionsServiceRequestOptions extends EvaluatorRequestOptions {
  credentials: BackstageCredentials;
}

/** Decides what somebody may do. Answers come in the order of the questions. @public */
export interface PermissionsService extends PermissionEvaluator {
  /** Asks for decisions that say allowed or denied. */
  authorize(
    requests: AuthorizePermissionRequest[],
    options: PermissionsServiceRequestOptions,
  ): Promise<AuthorizePermissionResponse[]>;

  /**
   * Asks for decisions that may also say "under these conditions", which the plugin applies itself,
   * for instance in its database query.
   */
  authorizeConditional(
    requests: QueryPermissionRequest[],
    options: PermissionsServiceRequestOptions,
  ): Promise<QueryPermissionResponse[]>;
}
