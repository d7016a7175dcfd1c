import { randomBytes } from 'node:crypto';
import type { Files } from '../file-changes.js';
import type { Layout } from '../layout.js';
import { toJson } from './text.js';

/** The files in the root of a new repository. */
export function renderRepository(layout: Layout, name: string): Files {
  return {
    'package.json': toJson(toManifest(layout, name)),
    'tsconfig.json': toJson(tsconfig),
    'tsconfig.package.json': toJson(tsconfigOfPackages),
    '.gitignore': IGNORED,
    'app-config.yaml': CONFIG,
    'app-config.local.yaml': toLocalConfig(randomBytes(18).toString('base64url')),
    'README.md': toReadme(name),
  };
}

function toManifest({ range }: Layout, name: string) {
  const tools = ['@stagewire/cli', '@types/node', 'tsx', 'typescript'];
  return {
    name,
    version: '0.0.0',
    private: true,
    workspaces: ['packages/*', 'plugins/*'],
    scripts: {
      start: 'stagewire start',
      dev: 'stagewire dev',
      test: 'npm test --workspaces --if-present',
      check: 'tsc && stagewire check',
      build: 'npm run build --workspaces --if-present',
    },
    type: 'module',
    devDependencies: Object.fromEntries(tools.map((tool) => [tool, range(tool)])),
    engines: { node: '>=20.19' },
  };
}

/** Checks all sources and tests at once; the condition has packages use each other's sources. */
const tsconfig = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2023', 'ESNext.Disposable'],
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    customConditions: ['@stagewire/source'],
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    noFallthroughCasesInSwitch: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['packages/*/src', 'packages/*/test', 'plugins/*/src', 'plugins/*/test'],
};

/** Builds one package, after those that it refers to. */
const tsconfigOfPackages = {
  extends: './tsconfig.json',
  compilerOptions: {
    noEmit: false,
    composite: true,
    declaration: true,
    sourceMap: true,
    rootDir: '${configDir}/src',
    outDir: '${configDir}/dist',
    tsBuildInfoFile: '${configDir}/dist/.tsbuildinfo',
  },
  include: ['${configDir}/src'],
};

const IGNORED = `node_modules/
dist/
build/
# Settings of one machine, and their secrets.
*.local.yaml
`;

const CONFIG = `# app-config.local.yaml adds what belongs to one machine only, and has the last word.
backend:
  baseUrl: http://localhost:7007
  # This machine only; leave the host out to listen on all of its addresses.
  listen:
    host: 127.0.0.1
    port: 7007
  # Empty at every start. For production: client pg, and a connection to PostgreSQL.
  database:
    client: better-sqlite3
    connection: ':memory:'
`;

function toLocalConfig(token: string): string {
  return `# For this machine only, and not under version control.
backend:
  auth:
    externalAccess:
      # curl -H 'Authorization: Bearer ${token}' …
      - type: static
        options:
          token: ${token}
          subject: developer
`;
}

function toReadme(name: string): string {
  return `# ${name}

A backend that is put together from plugins.

\`\`\`sh
npm install
npm run dev                             # on http://localhost:7007; what is saved runs at once
npm start                               # the same without watching
npm test                                # the tests of all packages
npm run check                           # types, imports, metadata, wiring and configuration
npm run build                           # JavaScript and types into each dist/
npx stagewire build                     # packages/backend/build, which runs with only Node
\`\`\`

To add to it:

\`\`\`sh
npx stagewire new plugin <id>           # --node: with an extension point for modules
npx stagewire new module <id> <name>    # extends a plugin of this repository, or a published one
npx stagewire new service <name>        # something that several plugins need
\`\`\`

Routes are closed to callers without credentials. The token in \`app-config.local.yaml\` is for
\`curl\` on this machine:

\`\`\`sh
curl -H 'Authorization: Bearer <token>' http://localhost:7007/api/<id>/hello
\`\`\`

| folder | what is in it |
| --- | --- |
| \`packages/backend\` | the backend: the list of what it is made of |
| \`plugins/<id>-backend\` | a plugin |
| \`plugins/<id>-node\`, \`plugins/<id>-common\` | what modules and others may use of it |
| \`plugins/<id>-backend-module-<name>\` | a module of a plugin |
| \`app-config.yaml\` | the configuration |
`;
}
