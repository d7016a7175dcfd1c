export * from '@stagewire/services/auditor';
