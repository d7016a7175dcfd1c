export * from '@stagewire/services/userInfo';
