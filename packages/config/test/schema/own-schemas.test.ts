import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { convertTypes } from '../../src/schema/convert-types.js';

const packages = new URL('../../../', import.meta.url);
const pathOf = (name: string, file: string) => fileURLToPath(new URL(`${name}/${file}`, packages));

/** As `npm run format` writes it. */
function format(schema: unknown): string {
  const oxfmt = fileURLToPath(new URL('../node_modules/oxfmt/bin/oxfmt', packages));
  return execFileSync(process.execPath, [oxfmt, '--stdin-filepath', 'config.schema.json'], {
    input: JSON.stringify(schema, null, 2),
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('..', packages)),
  });
}

describe('the schemas of our own packages', () => {
  // Published as JSON: a start that has nothing kept yet would otherwise wait for a compiler.
  // After a change of a config.d.ts, write them anew: npx vitest run packages/config -u
  it('are in config.schema.json what they are in config.d.ts', { timeout: 60_000 }, async () => {
    const names = ['backend', 'services', 'wiring'];

    const converted = await convertTypes(names.map((name) => pathOf(name, 'config.d.ts')));

    for (const name of names) {
      const conversion = converted.get(pathOf(name, 'config.d.ts'));
      if (!conversion || !('schema' in conversion)) throw new Error(conversion?.reason);
      await expect(format(conversion.schema)).toMatchFileSnapshot(
        pathOf(name, 'config.schema.json'),
      );
    }
  });
});
