export * from '@stagewire/services/rootSystemMetadata';
