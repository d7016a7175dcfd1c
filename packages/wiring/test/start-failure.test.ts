import { describe, expect, it } from 'vitest';
import { ConfigReader, type LoadedConfig } from '@stagewire/config';
import { explain } from '@stagewire/errors';
import {
  coreServices,
  createBackendFeatureLoader,
  type BackendFeature,
} from '@stagewire/plugin-api';
import { diagnosticsOf, formatStartFailure } from '@stagewire/wiring';
import {
  createTestBackend,
  createTestFactory,
  createTestModule,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const mail = createTestRef('mail');
const boom = () => {
  throw new Error('boom');
};
/** A failure that tells how to solve it. */
const noHost = () => {
  throw explain(new Error("no host in 'acme.mail.host'"), 'E_ACME_HOST', 'set it to a name');
};

/** A failure that tells two problems at once. */
const twoProblems = () => {
  const errors = [
    explain(new Error("'port' is a word"), 'E_ACME_PORT', 'write a number'),
    explain(new Error("'host' is a list"), 'E_ACME_HOST', 'write a word'),
  ];
  const refusal = Object.assign(new Error('two values cannot be'), { errors });
  throw explain(refusal, 'E_ACME_REFUSED', 'mend each');
};

/** What is told of a start with these features; each culprit but for its places in the files. */
async function tell(features: BackendFeature[], config = {}) {
  const error = await startError(createTestBackend({ features, config }));
  return diagnosticsOf(error).map(({ code, problem, culprits, thrownAt }) => ({
    code,
    problem,
    culprits: culprits.length,
    isThrownHere: thrownAt?.[0]?.includes('start-failure.test.ts') ?? false,
  }));
}

describe('a plugin that fails while it starts', () => {
  it('is told with who it is, and where it threw', async () => {
    expect(await tell([createTestPlugin('p', {}, boom)])).toEqual([
      {
        code: 'E_INIT_FAILED',
        problem: "Plugin 'p' startup failed; caused by Error: boom",
        culprits: 1,
        isThrownHere: true,
      },
    ]);
  });

  it('is told as what it says itself, where that says how to solve it', async () => {
    expect(await tell([createTestPlugin('p', {}, noHost)])).toEqual([
      {
        code: 'E_ACME_HOST',
        problem: "no host in 'acme.mail.host'",
        culprits: 1,
        isThrownHere: false,
      },
    ]);
  });

  it('is told beside each module that fails, and not for what is permitted', async () => {
    const features = [
      createTestPlugin('p', {}, boom),
      createTestModule('p', 'm', {}, boom),
      createTestPlugin('q', {}, boom),
    ];
    const config = {
      backend: { startup: { plugins: { q: { onPluginBootFailure: 'continue' } } } },
    };

    const told = await tell(features, config);

    expect(told.map(({ problem }) => problem)).toEqual([
      "Plugin 'p' startup failed; caused by Error: boom",
      "Module 'm' for plugin 'p' startup failed; caused by Error: boom",
    ]);
  });
});

describe('a service that fails while plugins start', () => {
  const smtp = createTestRef('smtp');
  const p = createTestPlugin('p', { mail });

  it('is told as the innermost one, with its factory and the plugin', async () => {
    const features = [p, createTestFactory(mail, { smtp }), createTestFactory(smtp, {}, boom)];

    expect(await tell(features)).toEqual([
      {
        code: 'E_SERVICE_FAILED',
        problem:
          "Failed to instantiate service 'smtp' for 'p' because the factory function threw an error, Error: boom",
        culprits: 2,
        isThrownHere: true,
      },
    ]);
  });

  it('is told once for all plugins that it lets down', async () => {
    const features = [p, createTestPlugin('q', { mail }), createTestFactory(mail, {}, boom)];

    const error = await startError(createTestBackend({ features }));

    expect(diagnosticsOf(error)).toHaveLength(2);
    expect(formatStartFailure(error)).toMatch(
      /^The backend did not start: 1 problem\.\n\nE_SERVICE_FAILED {2}Failed to instantiate service 'mail' for 'p' /,
    );
  });
});

describe('a root service that fails', () => {
  const audit = createTestRef('audit', 'root');

  it('is told by its id, while start() rejects with what it threw', async () => {
    const thrown = new Error('boom');
    const factory = createTestFactory(audit, {}, () => Promise.reject(thrown));

    const error = await startError(createTestBackend({ features: [factory] }));

    expect(error).toBe(thrown);
    expect(diagnosticsOf(error)).toMatchObject([
      {
        code: 'E_SERVICE_FAILED',
        problem:
          "Failed to instantiate service 'audit' for 'root' because the factory function threw an error, Error: boom",
        culprits: [expect.stringContaining('support.ts')],
      },
    ]);
  });

  it('is told with the place of the key that it names', async () => {
    const written: LoadedConfig = {
      context: 'app-config.yaml',
      data: {},
      origin: {
        files: [],
        substitutions: [],
        absences: [],
        locate: (key) => (key === 'acme.mail.host' ? 'app-config.yaml:7' : undefined),
      },
    };
    const config = createTestFactory(coreServices.rootConfig, {}, () =>
      ConfigReader.fromConfigs([written]),
    );

    const error = await startError(
      createTestBackend({ features: [config, createTestFactory(audit, {}, noHost)] }),
    );

    expect(diagnosticsOf(error)[0]).toMatchObject({
      code: 'E_ACME_HOST',
      culprits: ['app-config.yaml:7 (acme.mail.host)', expect.stringContaining('support.ts')],
    });
  });
});

describe('a failure that is made of several problems', () => {
  it.each([
    ['the configuration', coreServices.rootConfig],
    ['a root service', coreServices.rootHealth],
  ])('tells each of them, where %s has them', async (_, service) => {
    const features = [
      createTestFactory(service, {}, twoProblems),
      createTestFactory(coreServices.rootLifecycle, { service }, () => ({
        startup() {},
        shutdown() {},
      })),
    ];

    const error = await startError(createTestBackend({ features }));

    expect(formatStartFailure(error)).toMatch(
      /^The backend did not start: 2 problems\.\n\nE_ACME_PORT .*\n\nE_ACME_HOST /s,
    );
  });

  it('tells each of them once, where a loader needs what has them', async () => {
    const features = [
      createTestFactory(coreServices.rootConfig, {}, twoProblems),
      createBackendFeatureLoader({
        deps: { config: coreServices.rootConfig },
        loader: () => [],
      }),
    ];

    expect((await tell(features)).map(({ code }) => code)).toEqual(['E_ACME_PORT', 'E_ACME_HOST']);
  });
});

describe('anything else that start() rejects with', () => {
  it.each([
    ['boom', 'E_STARTUP_ERROR  boom\n  fix: '],
    [new TypeError('boom'), 'E_STARTUP_ERROR  boom\n  fix: '],
  ])('is told as one problem: %s', (error, text) => {
    expect(formatStartFailure(error)).toContain(`The backend did not start: 1 problem.\n\n${text}`);
  });
});
