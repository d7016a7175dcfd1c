/**
 * Reading files and folders by URL, and readers for more hosts.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/urlReader';
