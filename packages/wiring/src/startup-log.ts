import type { LoggerService } from '@stagewire/plugin-api';
import type { StartupFailure } from './startup-result.js';

const MAX_STEP_SECONDS = 60;

/** Tells in the log how the start goes on: what is up, what is still on its way, what failed. */
export class StartupLog {
  private readonly open: Set<string>;
  private readonly fresh = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly logger: LoggerService | undefined,
    pluginIds: string[],
  ) {
    this.open = new Set(pluginIds);
    if (!logger) return;
    logger.info(`Plugin initialization started: ${list(pluginIds)}`);
    this.schedule(1, 1);
  }

  /** Notes that a plugin is up, or will not come up, which is told right after. */
  done(pluginId: string): void {
    if (this.open.delete(pluginId)) this.fresh.add(pluginId);
  }

  pluginFailed(pluginId: string, failure: StartupFailure): void {
    this.fresh.delete(pluginId);
    this.logger?.error(
      failure.allowed
        ? `Plugin '${pluginId}' threw an error during startup, but boot failure is permitted for this plugin so startup will continue.`
        : `Plugin '${pluginId}' threw an error during startup${this.waiting()}.`,
      failure.error,
    );
  }

  moduleFailed(pluginId: string, moduleId: string, failure: StartupFailure): void {
    this.logger?.error(
      failure.allowed
        ? `Module ${moduleId} in Plugin '${pluginId}' threw an error during startup, but boot failure is permitted for this plugin module so startup will continue.`
        : `Module ${moduleId} in Plugin '${pluginId}' threw an error during startup${this.waiting()}.`,
      failure.error,
    );
  }

  moduleReported(pluginId: string, moduleId: string, failure: StartupFailure): void {
    const permitted = failure.allowed
      ? ', but boot failure is permitted for this plugin module so startup will continue'
      : '';
    this.logger?.error(
      `Plugin '${pluginId}' reported failure for module '${moduleId}' during startup${permitted}.`,
      failure.error,
    );
  }

  moduleReportedLate(pluginId: string, moduleId: string, error: Error): void {
    this.logger?.error(
      `Plugin '${pluginId}' reported failure for module '${moduleId}' after startup`,
      error,
    );
  }

  /** Tells the end and stops telling progress. */
  finish(): void {
    clearTimeout(this.timer);
    this.logger?.info(`Plugin initialization complete${this.progress()}`);
  }

  private schedule(seconds: number, next: number): void {
    this.timer = setTimeout(() => {
      this.logger?.info(`Plugin initialization in progress${this.progress()}`);
      this.schedule(next, Math.min(seconds + next, MAX_STEP_SECONDS));
    }, seconds * 1000).unref();
  }

  private progress(): string {
    const fresh = [...this.fresh];
    this.fresh.clear();
    return (
      (fresh.length > 0 ? `, newly initialized: ${list(fresh)}` : '') +
      (this.open.size > 0 ? `, still initializing: ${list([...this.open])}` : '')
    );
  }

  private waiting(): string {
    const others = this.open.size;
    return others > 0
      ? `, waiting for ${others} other plugins to finish before shutting down the process`
      : '';
  }
}

const list = (ids: string[]) => ids.map((id) => `'${id}'`).join(', ');
