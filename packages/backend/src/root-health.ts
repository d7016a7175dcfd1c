export * from '@stagewire/services/rootHealth';
