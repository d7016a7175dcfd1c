export * from '@stagewire/services/httpAuth';
