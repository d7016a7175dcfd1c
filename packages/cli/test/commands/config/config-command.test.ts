import { describe, expect, it } from 'vitest';
import { runCli } from '../../run-cli.js';
import { makeRepository, type TempRepository } from '../../temp-repository.js';

const CONFIG = `app:
  title: Acme
backend:
  baseUrl: http://localhost:7007
  port: "70 07"
  database:
    client: pg
    connection:
      host: \${PGHOST}
      password: \${PGPASSWORD}
      url: postgres://acme:hunter2@db/acme
acme:
  apiToken: abcdefgh
  note: \${NOTE}
  missing: \${NOT_SET}
  list: [one, "\${PGHOST}"]
`;

const SCHEMA = {
  type: 'object',
  properties: {
    app: {
      type: 'object',
      properties: { title: { type: 'string', visibility: 'frontend', description: 'Of | all.' } },
    },
    backend: {
      type: 'object',
      properties: { port: { type: 'number', default: 7007 }, baseUrl: { type: 'string' } },
    },
    acme: { type: 'object', properties: { list: { type: 'array', items: { type: 'string' } } } },
  },
};

const env = { PGHOST: 'db.example', PGPASSWORD: 'hunter2', NOTE: 'from outside' };

function makeAcme(): TempRepository {
  return makeRepository({
    'package.json': JSON.stringify({ name: 'acme', version: '1.0.0', configSchema: SCHEMA }),
    'app-config.yaml': CONFIG,
  });
}

async function config(folder: TempRepository, ...args: string[]) {
  return runCli(['config', ...args], { cwd: folder.root, env });
}

describe('stagewire config print', () => {
  it('tells every value with its place, and no secret', async () => {
    using folder = makeAcme();

    const { exitCode, stdout } = await config(folder, 'print', '--json');

    expect(exitCode).toBe(0);
    expect(stdout).not.toMatch(/hunter2|abcdefgh|from outside/);
    const { values } = JSON.parse(stdout) as { values: Array<Record<string, unknown>> };
    const byKey = new Map(values.map(({ key, where, ...rest }) => [key, { ...rest, where }]));
    expect(byKey.get('app.title')).toEqual({
      value: 'Acme',
      visibility: 'frontend',
      where: expect.stringMatching(/app-config\.yaml:2$/),
    });
    expect(byKey.get('backend.database.connection.host')).toMatchObject({
      value: 'db.example',
      from: ['environment variable PGHOST'],
    });
    expect(byKey.get('backend.database.connection.password')).toMatchObject({ secret: true });
    expect(byKey.get('backend.database.connection.url')).toMatchObject({
      value: 'postgres://***@db/acme',
    });
    expect(byKey.get('acme.apiToken')).toMatchObject({ secret: true });
    expect(byKey.get('acme.note')).toMatchObject({ secret: true });
    expect(byKey.get('acme.missing')).toMatchObject({
      absent: expect.stringContaining('NOT_SET is not set'),
    });
    expect(byKey.get('acme.list[0]')).toMatchObject({ value: 'one' });
  });

  it('prints a part, and what the frontend may see', async () => {
    using folder = makeAcme();

    const part = await config(folder, 'print', 'backend.database');
    const frontend = await config(folder, 'print', '--frontend');

    expect(part.stdout).toMatch(/backend\.database\.client +"pg"/);
    expect(part.stdout).not.toContain('app.title');
    expect(frontend.stdout.trimEnd().split('\n').slice(2)).toEqual([
      expect.stringMatching(/^app\.title +"Acme" +\S+app-config\.yaml:2$/),
    ]);
  });

  it('takes variables that set keys, and other files in place of the usual ones', async () => {
    using folder = makeAcme();
    folder.write('other.yaml', 'app:\n  title: Other\n');

    const { stdout } = await runCli(['config', 'print', '--config', 'other.yaml'], {
      cwd: folder.root,
      env: { APP_CONFIG_backend_port: '8080' },
    });

    expect(stdout).toMatch(/app\.title +"Other" +\S+other\.yaml:2/);
    expect(stdout).toMatch(/backend\.port +8080 +environment variable APP_CONFIG_backend_port/);
  });
});

describe('stagewire config check', () => {
  it('tells values that cannot be, with place and package, and what is absent', async () => {
    using folder = makeAcme();

    const { exitCode, stdout } = await config(folder, 'check', '--json');

    expect(exitCode).toBe(1);
    const { problems } = JSON.parse(stdout) as { problems: Array<Record<string, unknown>> };
    expect(problems[0]).toMatchObject({
      severity: 'error',
      code: 'E_CONFIG_VALUE',
      key: 'backend.port',
      where: expect.stringMatching(/app-config\.yaml:5$/),
      packages: ['acme@1.0.0'],
    });
    expect(problems).toContainEqual(
      expect.objectContaining({ severity: 'warning', code: 'E_CLI_CONFIG_VARIABLE' }),
    );
  });

  it('tells a file that cannot be read', async () => {
    using folder = makeAcme();
    folder.write('app-config.yaml', 'app: [1\n');

    const { exitCode, stdout } = await config(folder, 'check');

    expect(exitCode).toBe(1);
    expect(stdout).toContain('E_CONFIG_SYNTAX');
  });

  it('says when nothing is wrong', async () => {
    using folder = makeAcme();
    folder.write('app-config.yaml', 'app:\n  title: Acme\n');

    const { exitCode, stdout } = await config(folder, 'check');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('nothing is wrong');
  });
});

describe('stagewire config docs', () => {
  it('has a row for each key, with its default, and who declares it', async () => {
    using folder = makeAcme();

    const { stdout } = await config(folder, 'docs');

    expect(stdout).toContain('| `backend.port` | a number | `7007` | backend | acme@1.0.0 |  |');
    expect(stdout).toContain(String.raw`| frontend | acme@1.0.0 | Of \| all. |`);
  });
});

describe('stagewire config schema', () => {
  it('is one JSON schema', async () => {
    using folder = makeAcme();

    const { stdout } = await config(folder, 'schema');

    expect(JSON.parse(stdout)).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      properties: { app: { properties: { title: { visibility: 'frontend' } } } },
    });
  });
});
