export * from '@stagewire/services/scheduler';
