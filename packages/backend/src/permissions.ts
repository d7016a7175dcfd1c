export * from '@stagewire/services/permissions';
