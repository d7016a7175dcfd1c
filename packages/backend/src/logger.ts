export * from '@stagewire/services/logger';
