import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planProgram, type PlanProgramOptions } from '../../src/program/plan-program.js';
import { createContext } from '../create-context.js';
import { makeStockRepository } from './stock-repository.js';

/** A process starts for each of these, on a machine that may be busy. */
const TIMEOUT = 60_000;

describe('a program of the stock layout', () => {
  it(
    'is planned on our wiring, with the subpaths of the stock package as they are',
    async () => {
      using folder = makeStockRepository();

      const { plans, problems, output } = await plan(folder.root, 'index.ts');

      expect(problems).toEqual([]);
      expect(plans.map(({ plugins }) => plugins)).toEqual([
        [
          expect.objectContaining({
            pluginId: 'todo',
            provides: ['todo.sources'],
            needs: ['core.database'],
            modules: [expect.objectContaining({ moduleId: 'mail' })],
          }),
        ],
      ]);
      expect(output).toContain('as it is');
      expect(output).not.toContain('init of');
    },
    TIMEOUT,
  );

  it(
    'is redirected as an ES module, too',
    async () => {
      using folder = makeStockRepository();
      folder.write(
        'packages/backend/src/index.mts',
        "import { createBackend } from '@backstage/backend-defaults';\nawait createBackend().start();\n",
      );

      const { plans, problems } = await plan(folder.root, 'index.mts');

      expect({ plans: plans.length, problems }).toEqual({ plans: 1, problems: [] });
    },
    TIMEOUT,
  );
});

describe('a program that starts several backends, one after the other', () => {
  it(
    'has a plan for each',
    async () => {
      using folder = makeStockRepository(
        `${IMPORT}createBackend().start().then(() => createBackend().start());\n`,
      );

      const { plans, problems } = await plan(folder.root, 'index.ts');

      expect({ plans: plans.length, problems }).toEqual({ plans: 2, problems: [] });
    },
    TIMEOUT,
  );
});

const IMPORT = "import { createBackend } from '@backstage/backend-defaults';\n";

describe('a program that cannot be planned', () => {
  it.each([
    {
      what: 'never calls start()',
      text: `${IMPORT}createBackend();\n`,
      code: 'E_CLI_PROGRAM_NO_START',
      place: 'src/index.ts',
    },
    {
      what: 'lacks a package',
      text: `${IMPORT}import { todo } from '@acme/plugin-todo';\ntodo;createBackend().start();\n`,
      code: 'E_CLI_PROGRAM_FAILED',
      place: 'src/index.ts:2',
      fix: 'npm install @acme/plugin-todo',
    },
    {
      what: 'has a line that cannot be read',
      text: `${IMPORT}const backend = createBackend(\nbackend.start();\n`,
      code: 'E_CLI_PROGRAM_FAILED',
      place: 'src/index.ts:3',
      fix: 'correct the line',
    },
    {
      what: 'throws while it loads',
      text: `${IMPORT}\n(createBackend as any).nothing.at.all;\n`,
      code: 'E_CLI_PROGRAM_FAILED',
      place: 'src/index.ts:3',
      fix: 'mend what the program does',
    },
    {
      what: 'opens a port of its own and no backend',
      text: "import { createServer } from 'node:http';\ncreateServer().listen(7007);\n",
      code: 'E_CLI_PROGRAM_FOREIGN',
      place: 'src/index.ts',
    },
    {
      what: 'ends itself',
      text: "console.error('no licence'); process.exit(3);\n",
      code: 'E_CLI_PROGRAM_EXITED',
      place: 'src/index.ts',
    },
    {
      what: 'ends itself while the plan is made',
      text: `${IMPORT}const b = createBackend(); b.add(new Promise(() => {}));\nb.start(); setTimeout(() => process.exit(0), 50);\n`,
      code: 'E_CLI_PROGRAM_PLANLESS',
      place: 'src/index.ts',
    },
    {
      what: 'adds a feature that never comes',
      text: `${IMPORT}const b = createBackend();\nb.add(new Promise(() => {}));\nb.start();\n`,
      code: 'E_STARTUP_STALLED',
      problem: 'the import of features[0] (src/index.ts:3)',
    },
    {
      what: 'waits for something else without end',
      text: `${IMPORT}setInterval(() => {}, 1000);\n`,
      code: 'E_CLI_PROGRAM_HANGS',
      place: 'src/index.ts',
      limit: 3_000,
    },
  ])(
    'is told with its place and what to do: it $what',
    async ({ text, code, place, fix = '', problem = '', limit }) => {
      using folder = makeStockRepository(text);

      const options = limit === undefined ? {} : { limit };
      const { plans, problems } = await plan(folder.root, 'index.ts', options);

      expect(plans).toEqual([]);
      expect(problems).toEqual([
        expect.objectContaining({
          severity: 'error',
          code,
          fix: expect.stringContaining(fix),
          problem: expect.stringContaining(problem),
          culprits: place === undefined ? [] : [place],
        }),
      ]);
    },
    TIMEOUT,
  );
});

describe('a program that leaves another one behind', () => {
  it(
    'is not waited for any longer than its own process runs',
    async () => {
      using folder = makeStockRepository(LEAVES_BEHIND);

      const { problems, output } = await plan(folder.root, 'index.ts');

      const pid = Number(/left (\d+)/.exec(output)?.[1]);
      expect(() => process.kill(pid, 'SIGKILL')).not.toThrow();
      expect(problems).toEqual([expect.objectContaining({ code: 'E_CLI_PROGRAM_EXITED' })]);
    },
    TIMEOUT,
  );
});

const LEAVES_BEHIND = `import { spawn } from 'node:child_process';
const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
console.log('left', other.pid);
process.exit(3);
`;

function plan(root: string, file: string, options?: PlanProgramOptions) {
  const program = join(root, 'packages/backend/src', file);
  return planProgram(program, createContext(root, process.env), options);
}
