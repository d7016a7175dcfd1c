import { BackendError, toError } from '@stagewire/errors';
import { errorText, wiringErrors } from './errors.js';
import type { StartupPolicy } from './policy.js';

/** Why something failed, and whether the policy permits that. @public */
export type StartupFailure = { error: Error; allowed: boolean };

/** How one module came up. @public */
export type ModuleStartupResult = {
  moduleId: string;
  /** When it was done, well or not. */
  resultAt: Date;
  failure?: StartupFailure;
};

/** How one plugin came up. @public */
export type PluginStartupResult = {
  pluginId: string;
  resultAt: Date;
  /** In the order in which they were done. */
  modules: ModuleStartupResult[];
  failure?: StartupFailure;
};

/** How a backend came up; `success` also when only permitted failures happened. @public */
export type BackendStartupResult = {
  beginAt: Date;
  resultAt: Date;
  outcome: 'success' | 'failure';
  /** In the order in which they were done. */
  plugins: PluginStartupResult[];
};

/** A plugin or module failed, and the policy does not permit that. @public */
export class BackendStartupError extends BackendError {
  override readonly name = 'BackendStartupError';
  readonly #result: BackendStartupResult;

  constructor(result: BackendStartupResult) {
    super(
      'E_STARTUP_FAILED',
      ['Backend startup failed due to the following errors:', ...listFailures(result)].join('\n'),
      'mend each of these, or permit it with backend.startup.plugins.<pluginId>.onPluginBootFailure: continue ' +
        '(for a module: ….modules.<moduleId>.onPluginModuleBootFailure)',
    );
    this.#result = result;
  }

  /** What came up and what did not; its outcome is `failure`. */
  get result(): BackendStartupResult {
    return this.#result;
  }
}

function listFailures({ plugins }: BackendStartupResult): string[] {
  return plugins.flatMap(({ pluginId, failure, modules }) => [
    ...(failure && !failure.allowed
      ? [`  Plugin '${pluginId}' startup failed; caused by ${errorText(failure.error)}`]
      : []),
    ...modules
      .filter(({ failure }) => failure && !failure.allowed)
      .map(
        ({ moduleId, failure }) =>
          `  Module '${moduleId}' for plugin '${pluginId}' startup failed; caused by ${errorText(failure!.error)}`,
      ),
  ]);
}

/** Takes results in as plugins and modules come up, and judges failures by the policy. */
export class ResultCollector {
  readonly beginAt = new Date();
  private readonly done = new Map<string, PluginStartupResult>();
  private readonly modules = new Map<string, ModuleStartupResult[]>();
  private finished = false;

  constructor(private readonly policy: StartupPolicy) {}

  /** Whether the results were handed out: what is reported from now on is too late. */
  get isFinished(): boolean {
    return this.finished;
  }

  /** Notes that a plugin is done. @returns the failure as it was judged */
  plugin(pluginId: string, error?: unknown): StartupFailure | undefined {
    const failure = this.judge(error, () => this.policy.permitsPlugin(pluginId));
    const known = this.done.get(pluginId);
    // A plugin whose startup hooks fail after it was done is told once, as failed.
    if (known) {
      if (failure) known.failure = failure;
      return failure;
    }
    this.done.set(pluginId, {
      pluginId,
      resultAt: new Date(),
      modules: this.modulesOf(pluginId),
      ...(failure && { failure }),
    });
    return failure;
  }

  /** Notes that a module is done. @returns the failure as it was judged */
  module(pluginId: string, moduleId: string, error?: unknown): StartupFailure | undefined {
    const failure = this.judge(error, () => this.policy.permitsModule(pluginId, moduleId));
    this.modulesOf(pluginId).push({
      moduleId,
      resultAt: new Date(),
      ...(failure && { failure }),
    });
    return failure;
  }

  /** Blames a module that is done for something its plugin found out later. */
  amend(pluginId: string, moduleId: string, error: unknown): StartupFailure {
    const result = this.modulesOf(pluginId).findLast((entry) => entry.moduleId === moduleId);
    if (!result) {
      throw wiringErrors.moduleReportedEarly(pluginId, moduleId);
    }
    const isPermitted = () => this.policy.permitsModule(pluginId, moduleId);
    result.failure = this.judge(toError(error), isPermitted)!;
    return result.failure;
  }

  /** Hands all results out; a second call gives the same outcome with a new date. */
  finish(): BackendStartupResult {
    this.finished = true;
    const plugins = [...this.done.values()];
    const failures = plugins.flatMap(({ failure, modules }) => [
      failure,
      ...modules.map((module) => module.failure),
    ]);
    return {
      beginAt: this.beginAt,
      resultAt: new Date(),
      outcome: failures.some((failure) => failure && !failure.allowed) ? 'failure' : 'success',
      plugins,
    };
  }

  private modulesOf(pluginId: string): ModuleStartupResult[] {
    let results = this.modules.get(pluginId);
    if (!results) this.modules.set(pluginId, (results = []));
    return results;
  }

  private judge(error: unknown, isPermitted: () => boolean): StartupFailure | undefined {
    return error === undefined ? undefined : { error: toError(error), allowed: isPermitted() };
  }
}
