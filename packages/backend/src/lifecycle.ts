export * from '@stagewire/services/lifecycle';
