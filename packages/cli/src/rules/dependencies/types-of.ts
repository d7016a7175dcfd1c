/** The package with the types of one that has none: `@types/scope__name`. */
export function typesOf(name: string): string {
  return `@types/${name.replace(/^@/, '').replace('/', '__')}`;
}
