/**
 * The door for those who run features: the data shapes behind the opaque types, as they are on the
 * wire between any version of any plugin API and a backend, and what a backend calls on services.
 *
 * @packageDocumentation
 */
export type {
  ConnectionDeclaration,
  ExtensionPointFactoryMiddlewareShape,
  DependencyShape,
  ExtensionPointRegistration,
  ExtensionPointShape,
  FeatureLoaderShape,
  FeatureShape,
  InitRegistration,
  ModuleRegistration,
  PluginRegistration,
  Registration,
  RegistrationsShape,
  ServiceDecoratorFeatureShape,
  ServiceDecoratorShape,
  ServiceFactoryShape,
  ServiceRefShape,
} from './shapes.js';
export { toOriginalPlace } from './original-place.js';
export { AUTHORS_FACTORY, FEATURE_ORIGIN, type FeatureOriginHint } from './shapes.js';
export type { DrivenLifecycle, DrivenRootLifecycle } from './services/driven-lifecycle.js';
export {
  PLUGIN_VIEW,
  SUCCESSION,
  successionOf,
  type PluginSuccession,
  type PluginViews,
} from './services/plugin-succession.js';
