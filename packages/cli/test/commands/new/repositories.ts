import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli, type CliRun } from '../../run-cli.js';
import { TempRepository } from '../../temp-repository.js';

/** A repository in which `stagewire new` is called. */
export class NewRepository extends TempRepository {
  /** Calls `stagewire new …` and expects nothing of it. */
  tryNew(...args: string[]): Promise<CliRun> {
    return runCli(['new', ...args], { cwd: this.root });
  }

  /** Calls `stagewire new …`, which has to succeed; gives back what it says to programs. */
  async new(...args: string[]): Promise<{ made: string[]; changed: string[]; leftToDo: string[] }> {
    const { exitCode, stdout, stderr } = await this.tryNew(...args, '--json');
    if (exitCode !== 0) throw new Error(stderr || stdout);
    return JSON.parse(stdout);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  readJson(path: string): any {
    return JSON.parse(this.read(path));
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }
}

/** A repository as `stagewire new backend` makes it. */
export async function makeOwnRepository(): Promise<NewRepository> {
  const repository = new NewRepository();
  await repository.new('backend');
  return repository;
}

/** A repository as the stock command line lays it out. */
export function makeStockRepository(): NewRepository {
  return new NewRepository({
    'package.json': JSON.stringify({
      name: 'root',
      private: true,
      workspaces: { packages: ['packages/*'] },
      devDependencies: { '@backstage/cli': '^0.33.1' },
      packageManager: 'yarn@4.4.1',
    }),
    'backstage.json': '{ "version": "1.40.0" }',
    'yarn.lock': '',
    'packages/backend/package.json': JSON.stringify({
      name: 'backend',
      version: '0.0.0',
      main: 'dist/index.cjs.js',
      private: true,
      backstage: { role: 'backend' },
      dependencies: { '@backstage/backend-defaults': '^0.11.0' },
    }),
    'packages/backend/src/index.ts': `import { createBackend } from '@backstage/backend-defaults';

const backend = createBackend();
backend.add(import('@backstage/plugin-app-backend')); // the front end

backend.start();
`,
  });
}
