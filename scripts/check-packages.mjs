// Holds all packages to one shape, the one that new-package.mjs makes, and their one line of
// description to one wording.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { isDeepStrictEqual } from 'node:util';
import { finding, lineOfKey } from './lib/findings.mjs';
import { isMain, mainOfCheck } from './lib/main.mjs';
import { readJson, readPackages } from './lib/workspace.mjs';
import { metadataFor, referencesFor, renderPackage } from './new-package.mjs';

/** The fields that every package has as the template has them. */
const fixedFields = ['name', 'license', 'repository', 'type', 'sideEffects', 'engines'];

/** What an example has in common with a package. */
const exampleFields = ['license', 'type', 'engines'];

/** The pages with a table of all packages. */
const tables = ['README.md', 'ARCHITECTURE.md'];

/** Whatever differs from the template, from the other packages, or from the tables. */
export function checkPackages(root) {
  const packages = readPackages(root);
  return packages.flatMap((one) => {
    const isExample = one.folder.startsWith('examples/');
    return [
      ...checkFields(one, root, isExample ? exampleFields : fixedFields),
      ...(isExample ? [] : checkFiles(one)),
      ...checkReadme(one, root),
      ...checkVersions(one, packages),
      ...(isExample ? [] : [...checkExports(one, root), ...checkTsconfig(one, root, packages)]),
      ...(one.manifest.private ? [] : checkTables(one, root)),
    ];
  });
}

function checkFields({ folder, manifest }, root, fields) {
  const file = `${folder}/package.json`;
  const text = readFileSync(join(root, file), 'utf8');
  const rendered = renderPackage({ folder, description: manifest.description ?? '' });
  const expected = { ...JSON.parse(rendered['package.json']), backstage: metadataFor(folder) };
  const checked = folder.startsWith('plugins/') ? [...fields, 'backstage'] : fields;
  return checked
    .filter((field) => !isDeepStrictEqual(manifest[field], expected[field]))
    .map((field) =>
      finding(
        file,
        lineOfKey(text, field),
        `${field} is not the one that the template makes`,
        `write ${JSON.stringify(expected[field])}`,
      ),
    );
}

/** A package may publish more, such as migrations; JavaScript and sources it always does. */
function checkFiles({ folder, manifest }) {
  return ['dist', 'src']
    .filter((part) => !manifest.files?.includes(part))
    .map((part) =>
      finding(`${folder}/package.json`, 0, `files lacks ${part}`, `add "${part}" to files`),
    );
}

function checkReadme({ folder, manifest }, root) {
  const file = `${folder}/README.md`;
  const [title, first] = existsSync(join(root, file))
    ? readFileSync(join(root, file), 'utf8').split(/\n{2,}/)
    : [];
  if (title?.trim() !== `# ${manifest.name}`) {
    return [finding(file, 1, 'the title is not the name', `write "# ${manifest.name}"`)];
  }
  return sameWords(first, manifest.description)
    ? []
    : [
        finding(
          file,
          3,
          'the first paragraph is not the description in package.json',
          `write "${manifest.description}" in both`,
        ),
      ];
}

/** Packages of one repository are released together, so each needs the others as they are. */
function checkVersions({ folder, manifest }, packages) {
  const file = `${folder}/package.json`;
  return packages
    .map((other) => [other.manifest.name, other.manifest.version])
    .filter(([name, version]) => (manifest.dependencies?.[name] ?? version) !== version)
    .map(([name, version]) =>
      finding(file, 0, `needs ${name} ${manifest.dependencies[name]}`, `write ${version}`),
    );
}

function checkExports({ folder, manifest }, root) {
  const file = `${folder}/package.json`;
  const { './package.json': own, ...entries } = manifest.exports ?? {};
  const problems = Object.entries(entries).flatMap(([subpath, targets]) => {
    const source = targets?.['@stagewire/source'] ?? '';
    const name = /^\.\/src\/(.+)\.ts$/.exec(source)?.[1];
    const expected = {
      '@stagewire/source': `./src/${name}.ts`,
      types: `./dist/${name}.d.ts`,
      // Of a command nothing is required.
      ...(!manifest.bin && { require: `./dist/${name}.cjs` }),
      default: `./dist/${name}.js`,
    };
    const isShaped = name !== undefined && isSameInOrder(targets, expected);
    if (!isShaped) return [`exports["${subpath}"] is not a source, its types and its JavaScript`];
    return existsSync(join(root, folder, source)) ? [] : [`exports["${subpath}"]: no ${source}`];
  });
  if (!Object.hasOwn(entries, '.')) problems.push('exports has no "."');
  if (own !== './package.json') problems.push('exports has no "./package.json"');
  return problems.map((why) =>
    finding(file, 0, why, 'write it as scripts/template/package.json does'),
  );
}

/** Node takes the first condition that holds, so their order counts. */
function isSameInOrder(actual, expected) {
  return JSON.stringify(actual) === JSON.stringify(expected);
}

function checkTsconfig({ folder, manifest }, root, packages) {
  const file = `${folder}/tsconfig.json`;
  if (!existsSync(join(root, file))) {
    return [finding(file, 0, 'is missing', 'copy scripts/template/tsconfig.json')];
  }
  const needs = packages.filter(({ manifest: { name } }) => manifest.dependencies?.[name]);
  const { 'tsconfig.json': text } = renderPackage({ folder, description: '', needs });
  const { references, ...rest } = readJson(join(root, file));
  const { references: wanted, ...expected } = JSON.parse(text);
  return [
    ...(isDeepStrictEqual(pathsOf(references), pathsOf(wanted))
      ? []
      : [
          finding(
            file,
            0,
            'references are not the @stagewire dependencies of package.json',
            `write ${JSON.stringify(referencesFor(folder, needs))}`,
          ),
        ]),
    ...(isDeepStrictEqual(rest, expected)
      ? []
      : [finding(file, 0, 'differs from the template', 'write it as scripts/template does')]),
  ];
}

function pathsOf(references = []) {
  return references.map(({ path }) => path).toSorted();
}

function checkTables({ manifest, id }, root) {
  return tables
    .filter((file) => existsSync(join(root, file)))
    .flatMap((file) => {
      const lines = readFileSync(join(root, file), 'utf8').split('\n');
      const at = lines.findIndex((line) => isRowOf(line, manifest.name, id));
      const has =
        at >= 0 && cellsOf(lines[at]).some((cell) => sameWords(cell, manifest.description));
      if (has) return [];
      const why = at < 0 ? `has no row for ${id}` : `tells ${id} in other words than package.json`;
      return [finding(file, at + 1, why, `| ${id} | ${manifest.description} |`)];
    });
}

function isRowOf(line, name, id) {
  return cellsOf(line).some((cell) => [name, id].some((one) => sameWords(unlinked(cell), one)));
}

function cellsOf(line) {
  return line.startsWith('|') ? line.split('|').slice(1, -1) : [];
}

function unlinked(cell) {
  return cell.replace(/\[([^\]]*)\]\([^)]*\)/, '$1');
}

/** The same words, whatever is set as code and wherever lines break. */
function sameWords(one = '', other = '') {
  return plain(one) === plain(other);
}

function plain(text) {
  return text.replaceAll('`', '').replaceAll(/\s+/g, ' ').trim();
}

if (isMain(import.meta)) mainOfCheck(checkPackages);
