export * from '@stagewire/services/cache';
