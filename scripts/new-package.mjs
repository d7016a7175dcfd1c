// Makes a package from scripts/template, so that all packages have the same shape.
//
//   node scripts/new-package.mjs packages/wire "Contracts between plugins." --needs errors,plugin-api

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMain } from './lib/main.mjs';
import { findRow, mayImport } from './lib/rows.mjs';
import { readPackages, repository } from './lib/workspace.mjs';

const template = fileURLToPath(new URL('template', import.meta.url));

const files = ['package.json', 'README.md', 'tsconfig.json', 'src/index.ts', 'test/index.test.ts'];

/**
 * The files of a new package, by path inside its folder. `needs` are packages as readPackages
 * gives them.
 */
export function renderPackage({ folder, description, needs = [] }) {
  const values = { __name__: nameFor(folder), __description__: description, __folder__: folder };
  const texts = files.map((file) => {
    const text = readFileSync(join(template, file), 'utf8');
    // A description may hold quotes, which JSON has to escape.
    const escape = file.endsWith('.json') ? (value) => JSON.stringify(value).slice(1, -1) : String;
    return [file, text.replaceAll(/__[a-z]+__/g, (key) => escape(values[key]))];
  });
  const rendered = Object.fromEntries(texts);
  rendered['package.json'] = toJson(withNeeds(JSON.parse(rendered['package.json']), folder, needs));
  rendered['tsconfig.json'] = toJson({
    ...JSON.parse(rendered['tsconfig.json']),
    references: referencesFor(folder, needs),
  });
  return rendered;
}

/** What the `references` of a package's tsconfig.json hold: the packages that it depends on. */
export function referencesFor(folder, needs) {
  return needs.map((need) => ({ path: relative(folder, need.folder) }));
}

/** `packages/errors` → `@stagewire/errors`, `plugins/todo-node` → `@stagewire/plugin-todo-node`. */
export function nameFor(folder) {
  const prefix = dirname(folder) === 'plugins' ? 'plugin-' : '';
  return `@stagewire/${prefix}${basename(folder)}`;
}

/** The `backstage` block that the ecosystem's tooling reads; undefined outside plugins/. */
export function metadataFor(folder) {
  const match = /^plugins\/(.+?)-(backend-module-.+|backend|node|common)$/.exec(folder);
  if (!match) return undefined;
  const [, pluginId, kind] = match;
  if (kind === 'node' || kind === 'common') return { role: `${kind}-library`, pluginId };
  if (kind === 'backend') return { role: 'backend-plugin', pluginId };
  const pluginPackage = nameFor(`plugins/${pluginId}-backend`);
  return { role: 'backend-plugin-module', pluginId, pluginPackage };
}

/** Why a package cannot be made; undefined when it can. */
export function refuse({ root, folder, description, needs }) {
  if (findRow(folder) === undefined || dirname(folder) === 'examples') {
    return `${folder} has no row: give it one in scripts/lib/rows.mjs first`;
  }
  if (existsSync(join(root, folder))) return `${folder} exists`;
  if (!description) return 'a package needs a description of one line';
  const wrong = needs.find((need) => !mayImport(folder, need.folder));
  return wrong && `${folder} may not import ${wrong.folder}: it stands in no lower row`;
}

function withNeeds(manifest, folder, needs) {
  const { engines, ...head } = manifest;
  const backstage = metadataFor(folder);
  return {
    ...head,
    ...(needs.length > 0 && {
      dependencies: Object.fromEntries(
        needs.map((need) => [need.manifest.name, need.manifest.version]),
      ),
    }),
    engines,
    ...(backstage && { backstage }),
  };
}

function toJson(value) {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { needs: { type: 'string', default: '' } },
  });
  const [folder = '', description = ''] = positionals;
  const names = values.needs.split(',').filter(Boolean).toSorted();
  const packages = readPackages(repository);
  const needs = packages.filter(({ id }) => names.includes(id));
  const unknown = names.find((name) => !packages.some(({ id }) => id === name));
  const problem = unknown
    ? `there is no package ${unknown}`
    : refuse({ root: repository, folder, description, needs });
  if (problem) {
    console.error(problem);
    process.exitCode = 1;
    return;
  }
  for (const [file, text] of Object.entries(renderPackage({ folder, description, needs }))) {
    mkdirSync(dirname(join(repository, folder, file)), { recursive: true });
    writeFileSync(join(repository, folder, file), text);
  }
  spawnSync(process.execPath, ['node_modules/oxfmt/bin/oxfmt', folder], { cwd: repository });
  console.log(
    `made ${folder}. Now: npm install, and its line in the tables of README.md and ARCHITECTURE.md`,
  );
}

if (isMain(import.meta)) main();
