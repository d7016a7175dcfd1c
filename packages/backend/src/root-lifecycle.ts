export * from '@stagewire/services/rootLifecycle';
