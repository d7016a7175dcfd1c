export * from '@stagewire/services/database';
