import { PassThrough, Writable } from 'node:stream';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import { AuthenticationError } from '@stagewire/errors';
import type { AuditorService, BackstageCredentials, LoggerService } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import express, { type Request } from 'express';
import { describe, expect, it } from 'vitest';
import type { AuditorEvent } from '../../src/auditor/auditor-event.js';
import { auditorServiceFactory } from '../../src/auditor/auditor-service-factory.js';
import { DefaultAuditorService } from '../../src/auditor/default-auditor-service.js';
import { RootAuditor } from '../../src/auditor/root-auditor.js';
import { serveLoopback } from '../support/loopback-server.js';

const JANE = { type: 'user', userEntityRef: 'user:default/jane' };

const credentialsOf = (value: object) => ({ principal: value }) as BackstageCredentials;

function depsFor(principal: object | Error = JANE) {
  return {
    auth: {
      getOwnServiceCredentials: async () =>
        credentialsOf({ type: 'service', subject: 'plugin:catalog' }),
      isPrincipal: ({ principal: known }: { principal: { type: string } }, type: string) =>
        known.type === type,
    },
    httpAuth: {
      credentials: async () => {
        if (principal instanceof Error) throw principal;
        return credentialsOf(principal);
      },
    },
    plugin: { getId: () => 'catalog' },
  } as never;
}

function recordingAuditor(principal?: object | Error) {
  const events: AuditorEvent[] = [];
  const auditor = DefaultAuditorService.create(
    (event) => void events.push(event),
    depsFor(principal),
  );
  return { auditor, events };
}

/** A real request, as a handler of a plugin sees it. */
async function receiveRequest(): Promise<Request> {
  return new Promise((resolve) => {
    const app = express();
    app.use('/api/catalog', (req, res) => {
      resolve(req);
      res.end();
    });
    void serveLoopback(app).then(({ url }) =>
      fetch(`${url}/api/catalog/entities?limit=1`, {
        method: 'DELETE',
        headers: { 'user-agent': 'test-agent' },
      }),
    );
  });
}

const OWN_ACTOR = {
  actorId: 'plugin:catalog',
  ip: undefined,
  hostname: undefined,
  userAgent: undefined,
};

describe('an audit event', () => {
  it('[AUD-1] [AUD-2] is on record when it begins and when it succeeds', async () => {
    const { auditor, events } = recordingAuditor();

    const event = await auditor.createEvent({ eventId: 'refresh', meta: { kind: 'all' } });
    await event.success({ meta: { count: 3 } });

    const common = {
      plugin: 'catalog',
      eventId: 'refresh',
      severityLevel: 'low',
      actor: OWN_ACTOR,
    };
    expect(events).toEqual([
      { ...common, status: 'initiated', meta: { kind: 'all' } },
      { ...common, status: 'succeeded', meta: { kind: 'all', count: 3 } },
    ]);
  });

  it('[AUD-1] is on record with its error when it fails', async () => {
    const { auditor, events } = recordingAuditor();
    const error = new Error('disk full');

    const event = await auditor.createEvent({
      eventId: 'refresh',
      severityLevel: 'high',
      meta: { kind: 'all', count: 1 },
    });
    await event.fail({ error, meta: { count: 0 } });

    expect(events[1]).toEqual({
      plugin: 'catalog',
      eventId: 'refresh',
      severityLevel: 'high',
      actor: OWN_ACTOR,
      status: 'failed',
      error,
      meta: { kind: 'all', count: 0 },
    });
  });

  it('[AUD-1] has no meta when there is none', async () => {
    const { auditor, events } = recordingAuditor();

    const event = await auditor.createEvent({ eventId: 'refresh', meta: {} });
    await event.success();

    expect(events.map(({ meta }) => meta)).toEqual([undefined, undefined]);
  });

  it.each([
    [JANE, 'user:default/jane'],
    [{ type: 'service', subject: 'external:ci' }, 'external:ci'],
    [{ type: 'none' }, undefined],
  ])(
    '[AUD-2] of a request by %j names the actor and what was asked',
    async (principal, actorId) => {
      const { auditor, events } = recordingAuditor(principal);

      await auditor.createEvent({ eventId: 'delete', request: await receiveRequest() });

      expect(events[0]).toMatchObject({
        actor: { actorId, hostname: '127.0.0.1', userAgent: 'test-agent' },
        request: { url: '/api/catalog/entities?limit=1', method: 'DELETE' },
      });
      expect(events[0]?.actor.ip).toMatch(/127\.0\.0\.1$/);
    },
  );

  it('[AUD-3] is refused with the error of bad credentials, and not recorded', async () => {
    const { auditor, events } = recordingAuditor(new AuthenticationError('Illegal token'));

    const event = auditor.createEvent({ eventId: 'delete', request: await receiveRequest() });

    await expect(event).rejects.toMatchObject({
      name: 'AuthenticationError',
      message: expect.stringContaining('Could not resolve credentials'),
    });
    expect(events).toEqual([]);
  });

  it('is refused when it cannot be recorded', async () => {
    const auditor = DefaultAuditorService.create(async () => {
      throw new Error('queue full');
    }, depsFor());

    await expect(auditor.createEvent({ eventId: 'refresh' })).rejects.toThrow('queue full');
  });
});

describe('the default auditor', () => {
  it('[AUD-4] logs events with the marker of audit events', async () => {
    const { auditor, lines } = await withLogger({});

    const event = await auditor.createEvent({ eventId: 'refresh', severityLevel: 'medium' });
    await event.success();

    expect(lines).toEqual(
      ['initiated', 'succeeded'].map((status) => ({
        fields: { isAuditEvent: true },
        level: 'info',
        message: 'catalog.refresh',
        meta: {
          plugin: 'catalog',
          eventId: 'refresh',
          severityLevel: 'medium',
          actor: OWN_ACTOR,
          status,
        },
      })),
    );
  });

  it('[AUD-4] logs the error of a failed event as such, and the rest as fields', async () => {
    const { auditor, lines } = await withLogger({});
    const error = new Error('disk full');

    const event = await auditor.createEvent({ eventId: 'refresh', meta: { a: 1 } });
    await event.fail({ error });

    expect(lines[1]).toEqual({
      fields: {
        isAuditEvent: true,
        plugin: 'catalog',
        eventId: 'refresh',
        severityLevel: 'low',
        actor: OWN_ACTOR,
        status: 'failed',
        meta: { a: 1 },
      },
      level: 'debug',
      message: 'catalog.refresh',
      meta: error,
    });
  });

  it.each([
    [{}, ['debug', 'info', 'info', 'info']],
    [{ low: 'info', high: 'warn', critical: 'error' }, ['info', 'info', 'warn', 'error']],
    [{ low: 'debug', medium: 'debug' }, ['debug', 'debug', 'info', 'info']],
  ])('[AUD-5] logs by severity, with the mapping %j at %j', async (mappings, levels) => {
    const { auditor, lines } = await withLogger(mappings);

    for (const severityLevel of ['low', 'medium', 'high', 'critical'] as const) {
      await auditor.createEvent({ eventId: 'refresh', severityLevel });
    }

    expect(lines.map(({ level }) => level)).toEqual(levels);
  });

  it('[AUD-5] refuses to start with a level that does not exist', async () => {
    await expect(withLogger({ low: 'loud' })).rejects.toMatchObject({
      name: 'InputError',
      code: 'E_AUDITOR_LOG_LEVEL',
      message:
        "The configuration value for 'backend.auditor.severityLogLevelMappings.low' was given an invalid value: 'loud'. Expected one of the following valid values: 'debug, info, warn, error'.",
    });
  });

  it('does not lose an event of a severity that does not exist', async () => {
    const { auditor, lines } = await withLogger({});

    await auditor.createEvent({ eventId: 'refresh', severityLevel: 'apocalyptic' as never });

    expect(lines.map(({ level }) => level)).toEqual(['info']);
  });

  type Line = { fields: JsonObject; level: string; message: string; meta: unknown };

  async function withLogger(severityLogLevelMappings: JsonObject) {
    const lines: Line[] = [];
    const config = new ConfigReader({ backend: { auditor: { severityLogLevelMappings } } });
    const factory = auditorServiceFactory as unknown as ServiceFactoryShape;
    const deps = { ...(depsFor() as object), config, logger: fieldLogger(lines) };
    return { auditor: (await factory.factory(deps, undefined)) as AuditorService, lines };
  }

  function fieldLogger(lines: Line[], fields: JsonObject = {}): LoggerService {
    const at = (level: string) => (message: string, meta?: unknown) =>
      void lines.push({ fields, level, message, meta });
    return {
      error: at('error'),
      warn: at('warn'),
      info: at('info'),
      debug: at('debug'),
      child: (more) => fieldLogger(lines, { ...fields, ...more }),
    };
  }
});

describe('a root auditor', () => {
  it('[AUD-7] writes the events of all plugins to one place, a line of JSON each', async () => {
    const output = new PassThrough();
    const root = RootAuditor.create({ output });
    const auditor = root.forPlugin(depsFor());

    const event = await auditor.createEvent({ eventId: 'refresh', meta: { a: 1 } });
    await event.fail({ error: new AuthenticationError('who?') });

    const lines = String(output.read())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      {
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        plugin: 'catalog',
        eventId: 'refresh',
        severityLevel: 'low',
        actor: { actorId: 'plugin:catalog' },
        meta: { a: 1 },
        status: 'initiated',
      },
      expect.objectContaining({
        status: 'failed',
        error: { name: 'AuthenticationError', message: 'who?' },
      }),
    ]);
  });

  it('[AUD-7] lets nothing go on unrecorded when its output fails', async () => {
    const output = new Writable({
      write: (_chunk, _encoding, done) => done(new Error('no space left')),
    });
    const auditor = RootAuditor.create({ output }).forPlugin(depsFor());

    await expect(auditor.createEvent({ eventId: 'refresh' })).rejects.toThrow('no space left');
  });
});
