import type { Writable } from 'node:stream';
import { serializeError } from '@stagewire/errors';
import type { AuditorService } from '@stagewire/plugin-api';
import type { AuditorEvent } from './auditor-event.js';
import { DefaultAuditorService, type AuditorDeps } from './default-auditor-service.js';

/**
 * Keeps the audit events of all plugins in a place of their own, apart from the log: one line of
 * JSON each, with a `timestamp`.
 *
 * @remarks
 * An event counts as recorded once the stream took its line; when that fails, `createEvent`
 * rejects, so that nothing goes on unrecorded. The stream is not closed.
 *
 * @example
 * ```ts
 * createServiceFactory({
 *   service: coreServices.auditor,
 *   deps: {
 *     auth: coreServices.auth,
 *     httpAuth: coreServices.httpAuth,
 *     plugin: coreServices.pluginMetadata,
 *   },
 *   createRootContext: () => RootAuditor.create({ output: createWriteStream('audit.log', { flags: 'a' }) }),
 *   factory: (deps, auditor) => auditor.forPlugin(deps),
 * });
 * ```
 *
 * @public
 */
export class RootAuditor {
  readonly #output: Writable;

  /**
   * Makes one that writes to a stream, such as a file that is appended to.
   *
   * @param options - `output`: where the lines go
   */
  static create(options: { output: Writable }): RootAuditor {
    return new RootAuditor(options.output);
  }

  private constructor(output: Writable) {
    this.#output = output;
    // Without a listener, a stream that breaks takes the process along; writing tells of it anyway.
    output.on('error', () => {});
  }

  /** Makes the auditor of one plugin. */
  forPlugin(deps: AuditorDeps): AuditorService {
    return DefaultAuditorService.create((event) => this.log(event), deps);
  }

  /** Writes one event. */
  async log(event: AuditorEvent): Promise<void> {
    const line = `${JSON.stringify({ timestamp: new Date().toISOString(), ...toPlain(event) })}\n`;
    await new Promise<void>((resolve, reject) => {
      this.#output.write(line, (error) => (error ? reject(error) : resolve()));
    });
  }
}

function toPlain(event: AuditorEvent): object {
  return event.status === 'failed' ? { ...event, error: serializeError(event.error) } : event;
}
