export * from '@stagewire/services/permissionsRegistry';
