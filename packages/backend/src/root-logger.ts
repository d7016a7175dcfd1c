export * from '@stagewire/services/rootLogger';
