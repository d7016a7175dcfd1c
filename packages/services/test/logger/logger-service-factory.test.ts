import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ConfigReader } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { describe, expect, it } from 'vitest';
import { loggerServiceFactory } from '../../src/logger/logger-service-factory.js';
import { rootLoggerServiceFactory } from '../../src/logger/root-logger-service-factory.js';
import { recordedLogger } from './log-lines.js';

const rootFactory = rootLoggerServiceFactory as unknown as ServiceFactoryShape;
const factory = loggerServiceFactory as unknown as ServiceFactoryShape;
const idsOf = ({ deps }: ServiceFactoryShape) => Object.values(deps).map(({ id }) => id);

describe('the logger of a plugin', () => {
  it('[LOG-1] adds the id of the plugin to each line', async () => {
    const { logger: rootLogger, takeLines } = recordedLogger();
    takeLines();

    const logger = (await factory.factory(
      { rootLogger, plugin: { getId: () => 'catalog' } },
      undefined,
    )) as LoggerService;
    logger.info('a');
    logger.child({ task: 'x' }).warn('b');

    expect(takeLines()).toEqual([
      { level: 'info', service: 'backstage', plugin: 'catalog', message: 'a' },
      { level: 'warn', service: 'backstage', plugin: 'catalog', task: 'x', message: 'b' },
    ]);
  });

  it('needs the root logger and the metadata of the plugin', () => {
    expect(factory.service.id).toBe('core.logger');
    expect(idsOf(factory)).toEqual(['core.rootLogger', 'core.pluginMetadata']);
  });
});

describe('the root logger', () => {
  it('needs the configuration, and refuses what is wrong in it', async () => {
    const config = new ConfigReader({ backend: { logger: { level: 'loud' } } });

    expect(rootFactory.service.id).toBe('core.rootLogger');
    expect(idsOf(rootFactory)).toEqual(['core.rootConfig']);
    await expect(rootFactory.factory({ config }, undefined)).rejects.toMatchObject({
      code: 'E_LOG_LEVEL',
    });
  });

  it('[LOG-4] has written every line to stdout when the process ends right after, however it ends', async () => {
    const { output, signal } = await runScript('exit-after-log.ts');

    const lines = output.trimEnd().split('\n');
    expect(signal).toBe('SIGKILL');
    expect(lines).toHaveLength(2002);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ level: 'error', message: 'the end reason' });
  });

  it.each([
    ['process.exit', 'exit', 3],
    ['an error that nobody catches', 'throw', 1],
  ])('loses no line that waits when the process ends by %s', async (_title, end, exitCode) => {
    const { output, code } = await runScript('end-with-waiting-lines.ts', end);

    const lines = output.trimEnd().split('\n').slice(1);
    expect(code).toBe(exitCode);
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(
      Array.from({ length: 10 }, (_, index) => `line ${index}`),
    );
  });
});

/** Runs a script of this folder in a process of its own: what it wrote, and how it ended. */
async function runScript(name: string, ...args: string[]) {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(
    process.execPath,
    ['--conditions=@stagewire/source', '--import=tsx', script, ...args],
    {
      env: { PATH: process.env.PATH, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const ended = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  const output = await text(child.stdout!);
  const [code, signal] = await ended;
  return { output, code, signal };
}
