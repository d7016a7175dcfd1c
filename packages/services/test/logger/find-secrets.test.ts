import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  collectConfigSchema,
  ConfigReader,
  loadConfig,
  loadRootConfig,
  type JsonObject,
} from '@stagewire/config';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findSecrets } from '../../src/logger/find-secrets.js';

const SECRET = 'x9-Secret';
const found = (data: JsonObject) => [...findSecrets(new ConfigReader(data))];

/** The same for a file with `file` beside it. */
async function foundInFile(yaml: string, env: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'stagewire-secrets-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'app-config.yaml'), yaml);
  writeFileSync(join(root, 'file'), 'from-a-file-1\n');
  const { appConfigs } = await loadConfig({
    args: ['--config', 'app-config.yaml'],
    cwd: root,
    env,
  });
  return [...findSecrets(ConfigReader.fromConfigs(appConfigs))];
}

/** What is found in a file of an app that declares some. */
async function foundWithSchema(yaml: string, env: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'stagewire-secrets-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const secret = { type: 'string', visibility: 'secret' };
  const configSchema = {
    properties: {
      webhook: secret,
      host: secret,
      list: { type: 'array', items: { properties: { code: secret, other: { type: 'string' } } } },
      deep: { type: 'object', deepVisibility: 'secret' },
    },
  };
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'app', configSchema }));
  writeFileSync(join(root, 'app-config.yaml'), yaml);
  const config = await loadRootConfig({
    args: [],
    cwd: root,
    env,
    watch: false,
    schema: await collectConfigSchema({ cwd: root, program: undefined, cache: false }),
  });
  return [...findSecrets(config)];
}

describe('a secret in configuration', () => {
  it.each([
    'token',
    'clientSecret',
    'client-secret',
    'client_secret',
    'password',
    'apiKey',
    'API_KEY',
    'privateKey',
    'secretAccessKey',
    'Authorization',
    'githubPat',
    'passphrase',
    'credentials',
  ])('[LOG-6] is a string under %s', (key) => {
    expect(found({ a: { [key]: SECRET } })).toEqual([SECRET]);
    expect(found({ a: [{ [key]: [SECRET] }] })).toEqual([SECRET]);
  });

  it.each(['tokenUrl', 'keyId', 'publicKey', 'secretName', 'title', 'monkey'])(
    'is not a string under %s',
    (key) => {
      expect(found({ a: { [key]: SECRET } })).toEqual([]);
    },
  );

  it.each(['password', 'backstage', 'Postgres', 'ADMIN', 'letmein', 'a', '', ' x ', '12345678'])(
    'is not the value %j, which could stand in any line',
    (value) => {
      expect(found({ password: value })).toEqual([]);
    },
  );

  it.each(['xKcDqPzW', 'correcthorsebattery', '123456789', 'ab1', 'pass word', 'Ünï'])(
    'is the value %j',
    (value) => {
      expect(found({ password: value })).toEqual([value]);
    },
  );

  it('is trimmed', () => {
    expect(found({ token: ` ${SECRET}\n` })).toEqual([SECRET]);
  });

  it('is the password in a URL', () => {
    expect(found({ connection: `postgres://user:${SECRET}@host:5432/db?x=1` })).toEqual([SECRET]);
  });

  it('is not a number or a boolean', () => {
    expect(found({ token: 123_456_789_012, password: true, secret: null })).toEqual([]);
  });
});

describe('a value that was put in', () => {
  it.each([
    ['$env', 'a: { $env: V }', ['v-1-value']],
    ['$file', 'a: { $file: file }', ['from-a-file-1']],
    ['a variable', 'a: "${V}"', ['v-1-value']],
    ['a variable in a text', 'a: "id=${V};"', ['id=v-1-value;', 'v-1-value']],
    ['an element of an array', 'a: ["${V}"]', ['v-1-value']],
  ])('[LOG-6] by %s is a secret', async (_title, yaml, expected) => {
    expect(await foundInFile(yaml, { V: 'v-1-value' })).toEqual(expected);
  });

  it.each([
    ['a public key', 'connection: { host: "${V}", user: "${V}" }', 'db-1.internal'],
    ['a base URL', 'app: { baseUrl: "${V}" }', 'https://portal.example.com/x'],
    ['the address of a server', 'a: "http://${V}:7007"', 'db-1.internal'],
    ['a default', 'a: "${OTHER:-plain-default-1}"', ''],
    ['a word', 'a: "${V}"', 'production'],
    ['a port', 'a: "${V}"', '5432'],
  ])('is no secret when it is %s', async (_title, yaml, value) => {
    expect(await foundInFile(yaml, { V: value })).toEqual([]);
  });

  it('is a secret under a public key when it carries one', async () => {
    const url = 'https://hooks.example.com/T1/B2/x9';

    expect(await foundInFile('webhookUrl: "${V}"', { V: url })).toEqual([url]);
    expect(await foundInFile('a: "postgres://u:${V}@db-1/x"', { V: 'p-1-word' })).toEqual([
      'p-1-word',
      'postgres://u:p-1-word@db-1/x',
    ]);
  });
});

describe('a value that a package declares to be secret', () => {
  it.each([
    ['whatever its key is called', 'webhook: v-1-value', ['v-1-value']],
    ['in a list', 'list: [{ code: v-1-value, other: v-2-value }]', ['v-1-value']],
    ['in something that is secret as a whole', 'deep: { a: { b: v-1-value } }', ['v-1-value']],
    ['and from a variable, under a public key', 'host: "${V}"', ['v-3-value']],
  ])('[LOG-6] is a secret %s', async (_title, yaml, expected) => {
    expect(await foundWithSchema(yaml, { V: 'v-3-value' })).toEqual(expected);
  });

  it('is none when it could stand in any line', async () => {
    expect(await foundWithSchema('webhook: backstage\ndeep: { a: "12345678", b: x }')).toEqual([]);
  });

  it('leaves those that are found by name', async () => {
    expect(await foundWithSchema('own: { token: v-1-value }')).toEqual(['v-1-value']);
  });
});
