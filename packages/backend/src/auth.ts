export * from '@stagewire/services/auth';
