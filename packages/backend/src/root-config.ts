export * from '@stagewire/services/rootConfig';
