import { describe, expect, it } from 'vitest';
import { makeOwnRepository, makeStockRepository, NewRepository } from './repositories.js';

describe('stagewire new backend', () => {
  it('makes a repository in an empty folder', async () => {
    using folder = new NewRepository({ '.npmrc': '', '.git/HEAD': '' });

    const { made } = await folder.new('backend', '--scope', '@acme');

    expect(made).toEqual(
      expect.arrayContaining(['package.json', 'app-config.yaml', 'packages/backend/src/index.ts']),
    );
    expect(folder.readJson('packages/backend/package.json')).toMatchObject({
      name: '@acme/backend',
      backstage: { role: 'backend' },
    });
  });

  it('makes a repository in a new folder when it has a name', async () => {
    using folder = new NewRepository({ 'notes.txt': '' });

    const { stdout } = await folder.tryNew('backend', 'portal');

    expect(folder.readJson('portal/package.json').name).toBe('portal');
    expect(stdout).toMatch(/Next\n {2}cd portal\n {2}npm install\n/);
  });

  it('has a token of its own in each repository, in a file that git leaves alone', async () => {
    using one = await makeOwnRepository();
    using other = await makeOwnRepository();

    expect(one.read('app-config.local.yaml')).toMatch(/token: [\w-]{24}$/m);
    expect(one.read('app-config.local.yaml')).not.toBe(other.read('app-config.local.yaml'));
    expect(one.read('.gitignore')).toMatch(/^\*\.local\.yaml$/m);
  });

  it('refuses a folder with something in it', async () => {
    using folder = new NewRepository({ 'README.md': 'mine', 'index.js': '' });

    const { exitCode, stderr } = await folder.tryNew('backend');

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/E_CLI_NEW_NOT_EMPTY.*README\.md, index\.js/);
    expect(folder.has('package.json')).toBe(false);
  });

  it('makes another backend inside of a repository', async () => {
    using repository = await makeOwnRepository();

    await repository.new('backend', 'worker');

    expect(repository.readJson('packages/worker/package.json').name).toBe('@internal/worker');
    expect((await repository.tryNew('backend')).stderr).toMatch(/E_CLI_NEW_ANSWER/);
    expect((await repository.tryNew('backend', 'worker')).stderr).toMatch(/E_CLI_NEW_EXISTS/);
  });

  it('makes one of the stock kind in a stock repository', async () => {
    using repository = makeStockRepository();

    await repository.new('backend', 'worker');

    expect(repository.readJson('packages/worker/package.json')).toMatchObject({
      name: 'worker',
      main: 'dist/index.cjs.js',
      dependencies: { '@backstage/backend-defaults': '^0.11.0' },
      devDependencies: { '@backstage/cli': '^0.33.1' },
    });
    expect(repository.read('packages/worker/src/index.ts')).not.toContain('await');
  });
});
