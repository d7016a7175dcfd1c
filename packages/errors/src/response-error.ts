import { isError } from './error-like.js';
import { deserializeError, type SerializedError } from './serialized-error.js';

/** The parts of a fetch response that a {@link ResponseError} is made from. @public */
export type ConsumedResponse = {
  readonly headers: { get(name: string): string | null };
  readonly ok: boolean;
  readonly redirected: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
};

/** The error body that backends of the ecosystem answer with. @public */
export type ErrorResponseBody = {
  error: SerializedError;
  request?: { method: string; url: string };
  response: { statusCode: number };
};

/**
 * A request to another plugin was answered with an error.
 *
 * @remarks
 * It carries the remote `statusCode`, so that when it escapes a handler the caller sees the
 * remote status; its cause is rebuilt from the remote error.
 *
 * @public
 */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
  readonly response: ConsumedResponse;
  readonly body: ErrorResponseBody;
  override readonly cause: Error;

  /** Reads the body of a failed response and makes an error of it; never rejects. */
  static async fromResponse(
    response: ConsumedResponse & { text(): Promise<string> },
  ): Promise<ResponseError> {
    const body = await readErrorBody(response);
    return new ResponseError(response, body);
  }

  private constructor(response: ConsumedResponse, body: ErrorResponseBody) {
    super(`Request failed with ${response.status} ${response.statusText}`);
    this.response = response;
    this.body = body;
    this.cause = deserializeError(body.error);
  }

  get statusCode(): number {
    return this.body.response.statusCode;
  }

  get statusText(): string {
    return this.response.statusText;
  }
}

async function readErrorBody(
  response: ConsumedResponse & { text(): Promise<string> },
): Promise<ErrorResponseBody> {
  let text = '';
  try {
    text = await response.text();
    const body = JSON.parse(text) as Partial<ErrorResponseBody>;
    if (isError(body.error) && typeof body.response?.statusCode === 'number') {
      return body as ErrorResponseBody;
    }
  } catch {
    // Not an error body of the ecosystem: a proxy's page, or the connection broke. Told below.
  }
  const summary = text ? `, ${text.slice(0, 1000)}` : '';
  return {
    error: {
      name: 'Error',
      message: `Request failed with status ${response.status} ${response.statusText}${summary}`,
    },
    response: { statusCode: response.status },
  };
}
