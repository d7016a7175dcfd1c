export { discoveryServiceFactory } from './discovery/discovery-service-factory.js';
export { HostDiscovery } from './discovery/host-discovery.js';
