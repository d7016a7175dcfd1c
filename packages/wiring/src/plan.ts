import type { Diagnostic } from './diagnostic.js';

/** What a backend is going to do, as plain data: it can be printed, drawn and compared. @public */
export type Plan = {
  /** Every service that somebody provides, in the order in which eager ones are made. */
  services: PlannedService[];
  /** Every plugin that will be started, in the order of registration. */
  plugins: PlannedPlugin[];
  /** Modules that will not run, because their plugin is not in this backend. */
  orphans: Array<{ pluginId: string; moduleId: string; origin: string }>;
  /** What is wrong: errors, which keep it from starting unless they are `permitted`, and warnings. */
  diagnostics: Diagnostic[];
};

/** One service in a {@link Plan}. @public */
export type PlannedService = {
  id: string;
  scope: 'plugin' | 'root';
  multiton: boolean;
  /** Who brought the factory: the default list, an `add`, a feature loader, or the ref itself. */
  source: 'default' | 'added' | 'loader' | 'ref';
  /** Package and version, or file and line, as far as they are known. */
  origin: string;
  /** `always`: made when its backend or plugin starts; `lazy`: made when first asked for. */
  initialization: 'always' | 'lazy';
  /** Ids of the services it needs, for itself and for its decorators. */
  needs: string[];
  /** What wraps it, innermost first; absent where nothing does. */
  decorators?: PlannedDecorator[];
};

/** What wraps a service in a {@link Plan}. @public */
export type PlannedDecorator = {
  /** Package and version, or file and line, as far as they are known. */
  origin: string;
  /** Ids of the plugins whose instance it wraps; absent for all. */
  plugins?: string[];
};

/** One plugin in a {@link Plan}. @public */
export type PlannedPlugin = {
  pluginId: string;
  origin: string;
  /** Ids of the services it needs. */
  needs: string[];
  /** Ids of the extension points it provides. */
  provides: string[];
  modules: PlannedModule[];
};

/** One module in a {@link Plan}. @public */
export type PlannedModule = {
  moduleId: string;
  origin: string;
  /** Ids of the services and extension points it needs. */
  needs: string[];
  /** Ids of the extension points it provides. */
  provides: string[];
  /** Ids of the modules that have to be done first: those that use what it provides. */
  after: string[];
};
