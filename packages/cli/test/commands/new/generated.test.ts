import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { makeOwnRepository, makeStockRepository, type NewRepository } from './repositories.js';

const COMMANDS = [
  'plugin user-settings --node --common',
  'plugin todo',
  'module user-settings mail-sender',
  'module todo mail',
  'service clock',
  'service stamp --root',
  'service audit-log --in plugins/user-settings-node',
];

describe.each([
  ['our own', makeOwnRepository],
  ['stock', makeStockRepository],
])('what is made in a repository of the %s layout', (_, makeRepository) => {
  it('parses, imports what is there and declared, and has no overlong line', async () => {
    using repository = await makeRepository();
    const made: string[] = [];
    for (const command of COMMANDS) {
      made.push(...(await repository.new(...command.split(' '))).made);
    }

    const sources = made.filter((file) => file.endsWith('.ts'));

    expect(sources.length).toBeGreaterThan(25);
    expect(sources.flatMap((file) => findFaults(repository, file))).toEqual([]);
  });
});

function findFaults(repository: NewRepository, file: string): string[] {
  const text = repository.read(file);
  const { errors, module } = parseSync(file, text);
  const imports = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
  ];
  return [
    ...errors.map(({ message }) => message),
    ...imports.filter((specifier) => !isThere(repository, file, specifier)),
    ...text.split('\n').filter((line) => line.length > 100),
  ].map((fault) => `${file}: ${fault}`);
}

function isThere(repository: NewRepository, file: string, specifier: string): boolean {
  if (specifier.startsWith('node:')) return true;
  if (specifier.startsWith('.')) {
    const path = join(repository.root, dirname(file), specifier.replace(/\.js$/, ''));
    return existsSync(`${path}.ts`);
  }
  const [group, folder] = file.split('/');
  const manifest = repository.readJson(`${group}/${folder}/package.json`);
  return specifier in { ...manifest.dependencies, ...manifest.devDependencies };
}
