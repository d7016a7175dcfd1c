import type { Context } from '@opentelemetry/api';
import type { TracingServiceContext } from '@stagewire/plugin-api/alpha';

/**
 * A context of OpenTelemetry behind the opaque type of the plugin API. Without an SDK there is
 * nothing behind it.
 */
export class OpenTelemetryContext implements TracingServiceContext {
  readonly $$type = '@backstage/TracingServiceContext';
  readonly #context: Context | undefined;

  constructor(context: Context | undefined) {
    this.#context = context;
  }

  /** @throws TypeError for contexts that another tracing service made */
  static unwrap(context: TracingServiceContext): Context | undefined {
    if (!(context instanceof OpenTelemetryContext)) {
      throw new TypeError('Expected a context that was made by this tracing service');
    }
    return context.#context;
  }
}
