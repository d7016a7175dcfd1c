export * from '@stagewire/services/urlReader';
