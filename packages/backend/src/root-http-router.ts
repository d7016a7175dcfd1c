export * from '@stagewire/services/rootHttpRouter';
