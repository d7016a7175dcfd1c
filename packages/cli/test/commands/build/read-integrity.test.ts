import { describe, expect, it } from 'vitest';
import { readIntegrity } from '../../../src/commands/build/read-integrity.js';
import { makeRepository } from '../../temp-repository.js';

const EXPECTED = new Map([
  ['left@1.2.3', 'sha512-left'],
  ['@acme/right@2.0.0', 'sha512-right'],
]);

describe('checksums of installed packages', () => {
  it.each([
    [
      'package-lock.json',
      {
        lockfileVersion: 3,
        packages: {
          '': { name: 'repository', version: '1.0.0' },
          'node_modules/left': { version: '1.2.3', integrity: 'sha512-left' },
          'node_modules/left/node_modules/alias': {
            name: '@acme/right',
            version: '2.0.0',
            integrity: 'sha512-right',
          },
          'packages/own': { version: '0.0.0' },
          'node_modules/own': { resolved: 'packages/own', link: true },
        },
      },
    ],
    [
      'yarn.lock',
      `# yarn lockfile v1

left@^1.0.0, left@^1.2.0:
  version "1.2.3"
  resolved "https://registry.example/left-1.2.3.tgz"
  integrity sha512-left

"@acme/right@~2.0.0":
  version "2.0.0"
  integrity sha512-right
  dependencies:
    left "^1.0.0"
`,
    ],
    [
      'yarn.lock',
      `__metadata:
  version: 8
  cacheKey: 10

"@acme/right@npm:~2.0.0":
  version: 2.0.0
  resolution: "@acme/right@npm:2.0.0"
  dependencies:
    left: "npm:^1.0.0"
  checksum: sha512-right
  languageName: node
  linkType: hard

"left@npm:^1.0.0, left@npm:^1.2.0":
  version: 1.2.3
  resolution: "left@npm:1.2.3"
  checksum: sha512-left
  languageName: node
  linkType: hard

"own@workspace:packages/own":
  version: 0.0.0-use.local
  resolution: "own@workspace:packages/own"
  linkType: soft
`,
    ],
    [
      'pnpm-lock.yaml',
      `lockfileVersion: '9.0'
packages:
  left@1.2.3:
    resolution: {integrity: sha512-left}
  '@acme/right@2.0.0':
    resolution: {integrity: sha512-right}
    engines: {node: '>=18'}
snapshots:
  left@1.2.3: {}
`,
    ],
    [
      'pnpm-lock.yaml',
      `lockfileVersion: '6.0'
packages:
  /left@1.2.3:
    resolution: {integrity: sha512-left}
  /@acme/right@2.0.0(left@1.2.3):
    resolution: {integrity: sha512-right}
`,
    ],
  ])('are read from %s', (file, content) => {
    using repository = makeRepository({ [file]: content });

    const found = readIntegrity([repository.root]);

    expect(found).toEqual(EXPECTED);
  });

  it('are none where there is no lockfile', () => {
    using repository = makeRepository({});

    expect(readIntegrity([repository.root])).toEqual(new Map());
  });
});
