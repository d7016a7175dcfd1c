export * from '@stagewire/services/discovery';
