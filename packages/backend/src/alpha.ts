export * from '@stagewire/services/alpha';
