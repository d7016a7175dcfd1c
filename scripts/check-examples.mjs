// Holds the examples in pages and comments to what the packages are: each has to compile.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withDeclarations } from './lib/api/declarations.mjs';
import { findExported, listExamples, toModule } from './lib/examples.mjs';
import { finding, formatFinding } from './lib/findings.mjs';
import { isMain } from './lib/main.mjs';
import { run } from './lib/run.mjs';
import { repository } from './lib/workspace.mjs';

/**
 * Every error that the compiler has for an example, at its place in the page or comment. `given` is
 * the folder with what examples need not say.
 */
export async function checkExamples(root, given = join(import.meta.dirname, 'lib/given')) {
  const examples = listExamples(root);
  if (examples.length === 0) return [];
  const exported = findExported(root);
  // Against declarations, as those who follow an example have them: the sources are checked before.
  return await withDeclarations(root, async (_, folder) => {
    const home = join(folder, 'examples');
    cpSync(given, join(home, 'given'), { recursive: true });
    for (const example of examples) {
      mkdirSync(join(home, dirname(example.path)), { recursive: true });
      writeFileSync(join(home, example.path), toModule(example, exported));
    }
    return toFindings(await compile(root, home), examples);
  });
}

async function compile(root, folder) {
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      typeRoots: [join(repository, 'node_modules/@types')],
      noEmit: true,
      // What is imported for an example may be a type, and an example may end before it uses all.
      verbatimModuleSyntax: false,
      isolatedModules: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
    },
    include: ['**/*.ts'],
  };
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(repository, 'node_modules/typescript/bin/tsc');
  const { output } = await run(process.execPath, [compiler, '-p', '.', '--pretty', 'false'], {
    cwd: folder,
    seconds: 120,
  });
  return output;
}

/** Errors elsewhere are those of packages, which the check of all types tells. */
function toFindings(output, examples) {
  const byPath = new Map(examples.map((example) => [example.path, example]));
  return [...output.matchAll(/^(\S+)\((\d+),\d+\): error (.*(?:\n .*)*)/gm)].flatMap(
    ([, path, line, why]) => {
      const example = byPath.get(path);
      if (!example) return [];
      // The first line of the module is the one of the imports.
      const at = example.line + Number(line) - 2;
      return [finding(example.file, at, why, 'correct the example')];
    },
  );
}

async function main() {
  const findings = await checkExamples(repository);
  for (const one of findings) console.log(formatFinding(one));
  process.exitCode = findings.length > 0 ? 1 : 0;
}

if (isMain(import.meta)) await main();
