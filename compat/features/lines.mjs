/**
 * The plugin APIs that features here are made with.
 *
 * @remarks
 * `id` goes into plugin ids. `has` names what a release line offers beyond plugins, modules,
 * services and extension points: later lines have all of it.
 */
export const lines = [
  {
    id: 'stagewire',
    package: '@stagewire/plugin-api',
    label: '@stagewire/plugin-api',
    has: { loaders: true, multitons: true, extensionPointFactories: true },
  },
  {
    id: 'api-1-10',
    package: '@backstage/backend-plugin-api',
    label: 'backend-plugin-api 1.10.1, September 2026',
    has: { loaders: true, multitons: true, extensionPointFactories: true },
  },
  {
    id: 'api-1-5',
    package: 'backend-plugin-api-1.5',
    label: 'backend-plugin-api 1.5.0, November 2025',
    has: { loaders: true, multitons: true },
  },
  {
    id: 'api-1-0',
    package: 'backend-plugin-api-1.0',
    label: 'backend-plugin-api 1.0.2, November 2024',
    has: { loaders: true, multitons: true },
  },
  {
    // Features of this line and the one below are functions.
    id: 'api-0-8',
    package: 'backend-plugin-api-0.8',
    label: 'backend-plugin-api 0.8.1, August 2024',
    has: { loaders: true, multitons: true },
  },
  {
    // No feature of this line says what it is: neither plugins nor service factories.
    id: 'api-0-7',
    package: 'backend-plugin-api-0.7',
    label: 'backend-plugin-api 0.7.0, July 2024',
    has: {},
  },
];

/** Loads the plugin API of a line. */
export async function loadLine(id) {
  const line = lines.find((one) => one.id === id);
  if (!line) throw new Error(`unknown line '${id}'; known: ${lines.map((one) => one.id)}`);
  return { line, api: await import(line.package) };
}
