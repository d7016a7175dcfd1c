// Holds every package.json and every import to the row table in lib/rows.mjs.

import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, normalize } from 'node:path/posix';
import { finding, lineOf } from './lib/findings.mjs';
import { readImports, splitSpecifier } from './lib/imports.mjs';
import { isMain, mainOfCheck } from './lib/main.mjs';
import { findRow, mayImport } from './lib/rows.mjs';
import { listSources, readJson, readPackages } from './lib/workspace.mjs';

const rowTable = 'scripts/lib/rows.mjs';

/** The package whose run time knows nothing but the lowest row. */
const contracts = 'packages/plugin-api';

/** The package whose folders do not know each other's inside. */
const services = 'packages/services';

/** Everything that breaks the row table, in the manifests and in the sources. */
export function checkLayers(root) {
  const packages = readPackages(root);
  const house = {
    root,
    byName: new Map(packages.map((one) => [one.manifest.name, one])),
    rootDependencies: Object.keys(readJson(join(root, 'package.json')).devDependencies ?? {}),
  };
  return [
    ...packages.flatMap((one) => checkManifest(one, house)),
    ...checkCircles(packages, house),
    ...packages.flatMap((one) => checkSources(one, house)),
  ];
}

function checkManifest({ folder, manifest }, { root, byName }) {
  const file = `${folder}/package.json`;
  if (findRow(folder) === undefined) {
    return [finding(file, 0, 'this package has no row', `give it one in ${rowTable}`)];
  }
  const text = readFileSync(join(root, file), 'utf8');
  return runtimeDependencies(manifest)
    .filter((name) => byName.has(name) && !mayImport(folder, byName.get(name).folder))
    .map((name) =>
      finding(file, lineOf(text, `"${name}"`), ...wrongArrow(folder, byName.get(name))),
    );
}

/** Tests may reach up, as long as no circle forms. */
function checkCircles(packages, { byName }) {
  const needs = ({ manifest }) =>
    [...runtimeDependencies(manifest), ...Object.keys(manifest.devDependencies ?? {})]
      .filter((name) => byName.has(name))
      .map((name) => byName.get(name));
  return packages.flatMap((start) => {
    const path = findPathBack(start, needs);
    // A circle is told once, by the first of its members.
    if (!path || path.some(({ folder }) => folder < start.folder)) return [];
    const circle = [...path, start].map(({ id }) => id).join(' -> ');
    return [
      finding(
        `${start.folder}/package.json`,
        0,
        `a circle of packages: ${circle}`,
        'drop an arrow',
      ),
    ];
  });
}

/** The shortest way from a package to itself, without its end; undefined when there is none. */
function findPathBack(start, needs) {
  const seen = new Set();
  const waiting = [[start]];
  for (const path of waiting) {
    for (const next of needs(path.at(-1))) {
      if (next === start) return path;
      if (!seen.has(next)) waiting.push([...path, next]);
      seen.add(next);
    }
  }
  return undefined;
}

function checkSources(one, house) {
  const sources = listSources(house.root, one.folder).flatMap((file) => {
    const text = readFileSync(join(house.root, file), 'utf8');
    return readImports(file, text).map((found) => ({ file, ...found }));
  });
  return [
    ...sources.flatMap((found) => checkImport(one, found, house)),
    ...checkUnused(one, sources, house),
  ];
}

function checkImport(one, found, house) {
  const { file, line, specifier } = found;
  if (specifier.startsWith('.')) return checkRelative(one, found, house);
  if (isBuiltin(specifier)) return [];
  const { name } = splitSpecifier(specifier);
  if (name === one.manifest.name) return [];

  if (!isDeclared(name, one, found, house)) {
    const where = isTest(one, file) ? 'dependencies or devDependencies' : 'dependencies';
    return [
      finding(
        file,
        line,
        `imports ${name}, undeclared`,
        `add it to ${where} in ${one.folder}/package.json`,
      ),
    ];
  }
  return isTest(one, file) ? [] : checkDeclared(one, found, house);
}

/** What an import that the manifest allows may still do wrong. */
function checkDeclared(one, { file, line, specifier, erased }, { byName }) {
  const { name, subpath } = splitSpecifier(specifier);
  const target = byName.get(name);
  if (target && !mayImport(one.folder, target.folder)) {
    return [finding(file, line, ...wrongArrow(one.folder, target))];
  }
  if (target && !Object.hasOwn(target.manifest.exports ?? {}, subpath)) {
    const fix = `import what ${name} exports: ${Object.keys(target.manifest.exports ?? {}).join(', ')}`;
    return [finding(file, line, `reaches into ${specifier}`, fix)];
  }
  if (one.folder === contracts && !erased && (!target || findRow(target.folder) > 1)) {
    const fix = 'write `import type`, or move what runs into a higher package';
    return [finding(file, line, `imports ${specifier} at run time`, fix)];
  }
  return [];
}

function checkRelative(one, { file, line, specifier }, { root }) {
  const target = normalize(join(file, '..', specifier));
  if (!target.startsWith(`${one.folder}/`)) {
    const fix = 'import the other package by its name';
    return [finding(file, line, `leaves its package: ${specifier}`, fix)];
  }
  if (one.folder === services && reachesIntoService(root, file, target)) {
    const fix = 'take the other service through deps, or move what both need into a folder between';
    return [finding(file, line, `reaches into another service: ${specifier}`, fix)];
  }
  return [];
}

/** A folder of services that holds a factory is a service; the others hold what several share. */
function reachesIntoService(root, file, target) {
  const folderOf = (path) => new RegExp(`^${services}/src/([^/]+)/`).exec(path)?.[1];
  const [from, to] = [folderOf(file), folderOf(target)];
  if (from === undefined || to === undefined || from === to) return false;
  return listSources(root, `${services}/src/${to}`).some((path) =>
    path.endsWith('-service-factory.ts'),
  );
}

/** A dependency that no source needs is weight for everybody who installs the package. */
function checkUnused(one, sources, { root }) {
  const used = new Set(
    sources
      .filter(({ file }) => !isTest(one, file))
      .flatMap(({ specifier }) => {
        const { name } = splitSpecifier(specifier);
        return [name, typesOf(name)];
      }),
  );
  const file = `${one.folder}/package.json`;
  const text = readFileSync(join(root, file), 'utf8');
  return Object.keys(one.manifest.dependencies ?? {})
    .filter((name) => !used.has(name))
    .map((name) =>
      finding(file, lineOf(text, `"${name}"`), `declares ${name}, imports it nowhere`, 'remove it'),
    );
}

function wrongArrow(from, target) {
  return [
    `${from} (${rowName(from)}) imports ${target.folder} (${rowName(target.folder)})`,
    'move what both need into a lower row, or take it as a service through deps',
  ];
}

function rowName(folder) {
  return `row ${findRow(folder) ?? 'none'}`;
}

function isDeclared(name, one, { file, erased }, { rootDependencies }) {
  const declared = new Set(runtimeDependencies(one.manifest));
  if (isTest(one, file)) {
    for (const also of [...Object.keys(one.manifest.devDependencies ?? {}), ...rootDependencies]) {
      declared.add(also);
    }
  }
  // Types may come from a package of their own.
  return declared.has(name) || (erased && declared.has(typesOf(name)));
}

function typesOf(name) {
  return `@types/${name.replace(/^@/, '').replace('/', '__')}`;
}

function runtimeDependencies(manifest) {
  const { dependencies, peerDependencies, optionalDependencies } = manifest;
  return Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
}

function isTest({ folder }, file) {
  return !file.startsWith(`${folder}/src/`);
}

function isBuiltin(specifier) {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

if (isMain(import.meta)) mainOfCheck(checkLayers);
