// The report of what a package exports: a text file that changes when the API does.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, repository } from '../workspace.mjs';
import { extractor } from './tools.mjs';

/**
 * The reports of all packages, `{ reports: { file, text }[], program }`. The program of the
 * compiler has read all entries once, for every report and for whoever reads on.
 */
export function makeReports(root, entries, folder) {
  const configs = entries.map((entry) => configFor(root, entry, folder));
  const state = extractor.CompilerState.create(configs[0], {
    additionalEntryPoints: entries.map(({ file }) => file),
  });
  const sections = entries.map((entry, index) => extract(entry, configs[index], state));
  const packages = [...new Set(entries.map((entry) => entry.folder))];
  const reports = packages.map((one) => ({
    file: `${one}/api-report.md`,
    text: joinSections(sections.filter(({ entry }) => entry.folder === one)),
  }));
  return { reports, program: state.program };
}

function configFor(root, entry, folder) {
  const { compilerOptions } = readJson(join(root, 'tsconfig.base.json'));
  const silent = { default: { logLevel: 'none' } };
  return extractor.ExtractorConfig.prepare({
    packageJsonFullPath: join(entry.home, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: entry.home,
      mainEntryPointFilePath: entry.file,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            ...compilerOptions,
            typeRoots: [join(repository, 'node_modules/@types')],
          },
          files: [entry.file],
        },
      },
      apiReport: {
        enabled: true,
        // A helper type that an exported one is made of is a part of it.
        includeForgottenExports: true,
        reportFileName: reportOf(entry),
        reportFolder: folder,
        reportTempFolder: folder,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: silent,
        extractorMessageReporting: silent,
        tsdocMessageReporting: silent,
      },
    },
  });
}

function reportOf({ id, subpath }) {
  return `${id}${subpath.slice(1).replaceAll('/', '-')}.api.md`;
}

function extract(entry, config, compilerState) {
  try {
    extractor.Extractor.invoke(config, {
      compilerState,
      localBuild: true,
      messageCallback: (message) => (message.handled = true),
    });
  } catch (error) {
    // It trusts that the types are right, and ends in a surprise where they are not.
    const why = error.unformattedMessage ?? error.message;
    throw new Error(`${entry.folder}/${entry.source}: ${why}\nmend what npx tsc says first`, {
      cause: error,
    });
  }
  return { entry, code: codeOf(readFileSync(join(config.reportFolder, reportOf(entry)), 'utf8')) };
}

/** The declarations alone; of the imports, only where a name that is passed on comes from. */
function codeOf(report) {
  const [, code = ''] = /```ts\n(.*)\n```/s.exec(report) ?? [];
  const imports = [...code.matchAll(/^import (?:type )?\{ (?:\w+ as )?(\w+) \} from '(.+)';$/gm)];
  const sources = new Map(imports.map(([, name, source]) => [name, source]));
  return code
    .replace(/^\/\/ \((?:No )?@packageDocumentation.*\)$/m, '')
    .replaceAll(/^import .*;\n/gm, '')
    .replaceAll(/^export \{ (\w+) \}$/gm, (line, name) =>
      sources.has(name) ? `export { ${name} } from '${sources.get(name)}';` : line,
    )
    .trim();
}

function joinSections(sections) {
  const passedOn = sections.filter(({ code }) => sourceOf(code) !== undefined);
  const own = sections.filter((section) => !passedOn.includes(section));
  const parts = [
    `# The API of ${sections[0].entry.name}`,
    'What this package exports: a change here changes what others build on. Written by `npm run api`.',
    ...own.flatMap(({ entry, code }) => [`## ${entry.specifier}`, `\`\`\`ts\n${code}\n\`\`\``]),
    ...(passedOn.length > 0 ? ['## Passed on', tableOf(passedOn)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The entry point that another one exports as a whole. */
function sourceOf(code) {
  return /^export \* from "([^"]+)";$/.exec(code)?.[1];
}

function tableOf(sections) {
  const rows = sections.map(
    ({ entry, code }) => `| \`${entry.specifier}\` | \`${sourceOf(code)}\` |`,
  );
  return ['| entry point | exports all of |', '|---|---|', ...rows].join('\n');
}
