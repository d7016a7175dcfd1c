import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { convertTypes } from '@stagewire/config';
import type { NeededPackage } from './needed-packages.js';

/**
 * Writes configuration schemas that packages have as types as JSON into a build, so that its start
 * needs no compiler. One that cannot be converted stays, and the start tells why.
 *
 * @param to - the folder of the build, with the files of the packages
 * @param base - the folder that the paths in the build are relative to
 */
export async function convertSchemas(
  packages: readonly NeededPackage[],
  { to, base }: { to: string; base: string },
): Promise<void> {
  const typed = packages.flatMap(({ folder, manifest: { configSchema } }) =>
    typeof configSchema === 'string' && configSchema.endsWith('.d.ts')
      ? [{ file: join(folder, configSchema), copy: join(to, relative(base, folder)), configSchema }]
      : [],
  );
  const present = typed.filter(({ file }) => existsSync(file));
  if (present.length === 0) return;
  const conversions = await convertTypes(present.map(({ file }) => file));
  for (const { file, copy, configSchema } of present) {
    const conversion = conversions.get(file);
    if (!conversion || !('schema' in conversion)) continue;
    const converted = configSchema.replace(/\.d\.ts$/, '.schema.json');
    writeFileSync(join(copy, converted), JSON.stringify(conversion.schema));
    rmSync(join(copy, configSchema), { force: true });
    const manifest = join(copy, 'package.json');
    const written = JSON.parse(readFileSync(manifest, 'utf8')) as object;
    writeFileSync(manifest, JSON.stringify({ ...written, configSchema: converted }, undefined, 2));
  }
}
