import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { coreServices } from '@stagewire/plugin-api';
import type { BackendStartupError } from '@stagewire/wiring';
import {
  createTestBackend,
  createTestFactory,
  createTestLifecycle,
  createTestModule,
  createTestPlugin,
  startError,
} from './support.js';

/** What every program begins with: a backend with both lifecycles, and a plugin that may fail. */
const preamble = `
  import { createSpecializedBackend } from '@stagewire/wiring';
  import { coreServices, createBackendPlugin, createServiceFactory } from '@stagewire/plugin-api';
  const told = (stage) => async () => console.log(stage);
  const lifecycle = { startup: told('startup'), shutdown: told('shutdown'), beforeShutdown: told('stopping') };
  const provide = (service, implementation) =>
    createServiceFactory({ service, deps: {}, factory: () => implementation });
  const createBackend = (rootLifecycle, init) => {
    const backend = createSpecializedBackend({ defaultServiceFactories: [
      provide(coreServices.rootLifecycle, { ...lifecycle, ...rootLifecycle }),
      provide(coreServices.lifecycle, lifecycle),
    ] });
    const register = (env) => env.registerInit({ deps: {}, init });
    backend.add(createBackendPlugin({ pluginId: 'p', register }));
    return backend;
  };
`;

/** Runs a program with a backend in a process of its own, as an app runs it. */
function runProgram(program: string): {
  child: ChildProcess;
  output: () => string;
  exit: Promise<number>;
} {
  const flags = ['--conditions=@stagewire/source', '--import', 'tsx', '--input-type=module'];
  const child = spawn(process.execPath, [...flags, '--eval', preamble + program], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 15_000,
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk) => (output += chunk));
  }
  const exit = once(child, 'close').then(([code]) => code as number);
  return { child, output: () => output, exit };
}

/** Waits until a program has said something; fails if it ends before. */
async function heard(
  text: string,
  { child, output }: ReturnType<typeof runProgram>,
): Promise<void> {
  while (!output().includes(text)) {
    if (child.exitCode !== null) throw new Error(`ended without "${text}":\n${output()}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

describe('a plugin that is added several times', () => {
  it.each([2, 3, 4])('[Q2] [W6.3] fails, and no copy of %i runs; others do', async (copies) => {
    const events: string[] = [];
    const plugin = createTestPlugin('p', {}, () => events.push('p'));
    const config = {
      backend: { startup: { plugins: { p: { onPluginBootFailure: 'continue' } } } },
    };
    const features = [
      ...Array.from({ length: copies }, () => plugin),
      createTestModule('p', 'm', {}, () => events.push('m')),
      createTestPlugin('q', {}, () => events.push('q')),
    ];

    const { result } = await createTestBackend({ config, features }).start();

    expect(events).toEqual(['q']);
    expect(
      result.plugins.map(({ pluginId, failure }) => [pluginId, failure?.error.message]),
    ).toEqual([
      ['p', "Plugin 'p' is already registered"],
      ['q', undefined],
    ]);
  });
});

describe('a plugin whose lifecycle throws', () => {
  it('[Q7] is told once, as failed', async () => {
    const lifecycle = createTestFactory(coreServices.lifecycle, {}, () => ({
      ...createTestLifecycle(),
      startup: () => Promise.reject(new Error('hooks')),
    }));

    const error = await startError(
      createTestBackend({ features: [lifecycle, createTestPlugin('p')] }),
    );

    const { plugins } = (error as BackendStartupError).result;
    expect(
      plugins.map(({ pluginId, failure }) => `${pluginId}: ${failure?.error.message}`),
    ).toEqual(['p: hooks']);
  });
});

describe.concurrent('a process', () => {
  const failing = `
    const backend = createBackend({}, () => Promise.reject(new Error('boom')));
    setTimeout(() => { console.log('still here'); process.exit(7); }, 300);
  `;

  it('[Q3] [W7.5] ends with code 1 after a failed start that nobody handles, told in full', async () => {
    const { output, exit } = runProgram(`${failing} backend.start();`);

    expect(await exit).toBe(1);
    expect(output()).toContain('The backend did not start');
    expect(output()).toContain('boom');
    expect(output()).toContain('shutdown');
    expect(output()).not.toContain('still here');
  });

  it('[Q3] [W7.5] goes on after a failed start that somebody handles', async () => {
    const { output, exit } = runProgram(`${failing} backend.start().catch(() => {});`);

    expect(await exit).toBe(7);
    expect(output()).toContain('still here');
    expect(output()).not.toContain('shutdown');
  });

  it('[Q6] [W7.6] that stops slowly ends at once at a second signal, with code 0', async () => {
    const program = runProgram(`
      const beforeShutdown = () => {
        console.log('stopping');
        return new Promise(() => setInterval(() => {}, 1000));
      };
      await createBackend({ beforeShutdown }, async () => {}).start();
      setInterval(() => {}, 1000);
      console.log('ready');
    `);

    await heard('ready', program);
    program.child.kill('SIGTERM');
    await heard('stopping', program);
    program.child.kill('SIGTERM');

    expect(await program.exit).toBe(0);
  });
});
