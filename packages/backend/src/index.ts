export { BackendStartupError, type Backend, type StartedBackend } from '@stagewire/wiring';
export { createBackend } from './create-backend.js';
export { defaultServiceFactories } from './default-service-factories.js';
export { discoveryFeatureLoader } from './discovery-feature-loader.js';
