export * from '@stagewire/services/httpRouter';
