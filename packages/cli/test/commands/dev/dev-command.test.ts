import { renameSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEsmRepository, toAnswer, toPlugin, toProgram } from './esm-repository.js';
import type { LinkedRepository } from './linked-repository.js';
import { getJson, PATIENCE, RunningCli } from './running-cli.js';

describe('stagewire dev, on a repository of ours', { timeout: PATIENCE }, () => {
  const pluginIds = ['todo', 'notes', 'mail'];
  let repository: LinkedRepository;
  let cli: RunningCli;
  const get = async (pluginId: string) =>
    (await getJson(repository.port, `/api/${pluginId}/x`)).body;

  beforeAll(async () => {
    repository = await makeEsmRepository(pluginIds);
    cli = new RunningCli(['dev'], repository.root);
    await cli.until('3 plugins run');
  }, PATIENCE);

  afterAll(async () => {
    await cli[Symbol.asyncDispose]();
    repository[Symbol.dispose]();
  });

  it('replaces the plugin that a save belongs to, and keeps its data', async () => {
    await get('todo');

    repository.write('plugins/todo-backend/src/answer.ts', toAnswer('second'));
    const printed = await cli.until('replaced todo');

    expect(printed).toMatch(
      /^dev  replaced todo in \d+ ms \(plugins\/todo-backend\/src\/answer\.ts\)\n$/m,
    );
    expect(await get('todo')).toMatchObject({ answer: 'second', calls: 1, rows: 2 });
  });

  it('leaves all others their connections and what they hold in memory', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = () => getJson(repository.port, '/api/notes/x', { agent });
    const first = await ask();
    const [socket] = Object.values(agent.freeSockets)[0]!;

    repository.write('plugins/todo-backend/src/answer.ts', toAnswer('third'));
    await cli.until('replaced todo');
    const second = await ask();

    expect(Object.values(agent.freeSockets)[0]).toEqual([socket]);
    expect(second.body.calls).toBe(first.body.calls + 1);
    expect(second.body.rows).toBe(first.body.rows + 1);
    agent.destroy();
  });

  it('keeps what ran when a file has a syntax error, and goes on when it is mended', async () => {
    repository.write('plugins/todo-backend/src/answer.ts', 'export const answer = ;\n');
    const printed = await cli.until('in:  ');
    expect(printed).toContain('kept as before: todo');
    expect(printed).toMatch(/in: {2}\S+answer\.ts:1$/m);
    expect(await get('todo')).toMatchObject({ answer: 'third' });

    repository.write('plugins/todo-backend/src/answer.ts', toAnswer('mended'));
    await cli.until('replaced todo');
    expect(await get('todo')).toMatchObject({ answer: 'mended' });
  });

  it('keeps what ran when the new version does not start', async () => {
    const file = 'plugins/mail-backend/src/plugin.ts';
    const sound = toPlugin('mail')[file] as string;

    repository.write(file, sound.replace('const knex', "throw new Error('no post'); const knex"));
    const printed = await cli.until('no post');
    expect(printed).toContain('kept as before: mail');
    expect(await get('mail')).toMatchObject({ answer: 'first' });

    // What came to nothing is not forgotten when something else is saved.
    repository.write('plugins/todo-backend/src/answer.ts', toAnswer('beside'));
    expect(await cli.until('kept as before')).toContain('replaced todo');

    repository.write(file, sound);
    await cli.until('replaced mail');
  });

  it('takes what is saved at once as one, with the last state of it', async () => {
    for (let count = 0; count < 20; count++) {
      repository.write('plugins/todo-backend/src/answer.ts', toAnswer(`burst ${count}`));
      repository.write('plugins/notes-backend/src/answer.ts', toAnswer(`burst ${count}`));
    }
    await cli.until('replaced');
    repository.write('plugins/mail-backend/src/answer.ts', toAnswer('after'));
    await cli.until('mail');

    expect(await get('todo')).toMatchObject({ answer: 'burst 19' });
    expect(await get('notes')).toMatchObject({ answer: 'burst 19' });
  });

  it('says so when nothing that runs uses a file', async () => {
    repository.write('plugins/todo-backend/src/answer.test.ts', 'export {};\n');
    await cli.until('nothing that runs uses plugins/todo-backend/src/answer.test.ts');
  });

  it('tells of a file that is gone, and takes it back when it is there again', async () => {
    rmSync(join(repository.root, 'plugins/notes-backend/src/answer.ts'));
    const printed = await cli.until('fix:');
    expect(printed).toContain('kept as before: notes');

    repository.write('plugins/notes-backend/src/answer.ts', toAnswer('back'));
    await cli.until('replaced notes');
    expect(await get('notes')).toMatchObject({ answer: 'back' });
  });

  it('follows a file that is renamed together with its import', async () => {
    const file = 'plugins/notes-backend/src/plugin.ts';
    const text = toPlugin('notes')[file] as string;
    const source = join(repository.root, 'plugins/notes-backend/src');
    renameSync(join(source, 'answer.ts'), join(source, 'words.ts'));
    repository.write(file, text.replace('./answer.js', './words.js'));
    await cli.until('replaced notes');

    repository.write('plugins/notes-backend/src/words.ts', toAnswer('words'));
    await cli.until('replaced notes');

    expect(await get('notes')).toMatchObject({ answer: 'words' });
  });

  it('says that configuration is followed without it', async () => {
    const config = `backend:
  baseUrl: http://127.0.0.1:${repository.port}
  listen: { host: 127.0.0.1, port: ${repository.port} }
  auth: { dangerouslyDisableDefaultAuthPolicy: true }
app: { title: Another }
`;
    repository.write('app-config.yaml', config);
    await cli.until('app-config.yaml saved: the backend follows it by itself');
  });

  it('stops a plugin that the program adds no longer, and starts one that it adds', async () => {
    repository.write('packages/backend/src/index.ts', toProgram(['todo', 'notes']));
    await cli.until('stopped mail');
    expect(await getJson(repository.port, '/api/mail/x')).toMatchObject({ status: 404 });

    repository.write('packages/backend/src/index.ts', toProgram(pluginIds));
    await cli.until('started mail');
    expect(await get('mail')).toMatchObject({ answer: 'after' });
  });

  it('restarts for a service that changed, but only if it would start', async () => {
    repository.write('packages/backend/src/services.ts', SERVICE.replace('NEEDS', 'Missing'));
    repository.write('packages/backend/src/index.ts', WITH_SERVICE);
    const refused = await cli.until('fix:');
    expect(refused).toContain('not taken on');
    expect(await get('todo')).toMatchObject({ answer: 'burst 19' });

    repository.write('packages/backend/src/services.ts', SERVICE.replace('NEEDS', 'rootLogger'));
    await cli.until('restarting');
    await cli.until('3 plugins run');
    expect(await get('todo')).toMatchObject({ calls: 1, rows: 1 });
  });

  it('restarts when other packages are depended on, and not for the rest of a package.json', async () => {
    const file = 'plugins/todo-backend/package.json';
    const manifest = toPlugin('todo')[file] as object;
    repository.write(file, { ...manifest, description: 'Notes what is to be done.' });
    repository.write(file, { ...manifest, dependencies: { '@stagewire/plugin-api': '*' } });

    await cli.until(`restarting: ${file} changed`);
    await cli.until('3 plugins run');
  });

  it('tells of a crash, and starts again with the next save', async () => {
    const file = 'plugins/todo-backend/src/answer.ts';
    repository.write(file, `export const answer = String(setTimeout(() => process.exit(7)));\n`);
    await cli.until('the backend ended with exit code 7');

    repository.write(file, toAnswer('alive'));
    await cli.until('starting again');
    await cli.until('3 plugins run');
    expect(await get('todo')).toMatchObject({ answer: 'alive' });
  });

  it('tells why a program starts no backend with its line', async () => {
    const program = 'packages/backend/src/index.ts';
    const answer = 'plugins/todo-backend/src/answer.ts';
    repository.write(answer, `export const answer = String(setTimeout(() => process.exit(7)));\n`);
    await cli.until('the backend ended with exit code 7');

    repository.write(answer, toAnswer('alive'));
    repository.write(program, `import '@acme/missing';\n`);
    const printed = await cli.until('the backend ended with exit code 1');

    expect(printed).toMatch(
      /^The program did not start a backend\.\n\nE_CLI_PROGRAM_FAILED .+\n +fix: install it: .+\n +in: +\S*src\/index\.ts:1\n/m,
    );
    repository.write(program, toProgram(pluginIds));
    await cli.until('3 plugins run');
  });

  it('ends with its backend when it is told to', async () => {
    cli.signal('SIGINT');

    expect(await cli.ended()).toBe(0);
    await expect(get('todo')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

const WITH_SERVICE = toProgram(
  ['todo', 'notes', 'mail'],
  `const { greeting } = await import('./services.js');\nbackend.add(greeting);`,
);

const SERVICE = `import { coreServices, createServiceFactory, createServiceRef } from '@stagewire/plugin-api';
const greetingRef = createServiceRef<string>({ id: 'greeting', scope: 'root' });
const needs = { rootLogger: coreServices.rootLogger, Missing: createServiceRef<string>({ id: 'missing', scope: 'root' }) };
export const greeting = createServiceFactory({
  service: greetingRef,
  deps: { needed: needs.NEEDS },
  factory: () => 'hello',
});
`;
