export {
  BackendError,
  explain,
  formatError,
  isExplained,
  tellFixInStack,
  type ExplainedError,
} from './backend-error.js';
export { isError, toError, type ErrorLike } from './error-like.js';
export {
  AuthenticationError,
  ConflictError,
  ForwardedError,
  InputError,
  NamedError,
  NotAllowedError,
  NotFoundError,
  NotImplementedError,
  NotModifiedError,
  ServiceUnavailableError,
} from './named-errors.js';
export { ResponseError, type ConsumedResponse, type ErrorResponseBody } from './response-error.js';
export { deserializeError, serializeError, type SerializedError } from './serialized-error.js';
