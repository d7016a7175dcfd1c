import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The version of this package. */
export function readOwnVersion(): string {
  const manifest = fileURLToPath(import.meta.resolve('@stagewire/cli/package.json'));
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
