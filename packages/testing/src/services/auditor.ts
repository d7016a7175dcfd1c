import {
  coreServices,
  type AuditorService,
  type AuthService,
  type HttpAuthService,
} from '@stagewire/plugin-api';
import {
  auditorServiceFactory,
  DefaultAuditorService,
  type AuditorEvent,
} from '@stagewire/services/auditor';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import { fakeAuth } from './auth.js';
import { fakeHttpAuth } from './http-auth.js';
import { fakePluginMetadata } from './plugin-metadata.js';

/** Who is asked about actors. @public */
export type FakeAuditorOptions = {
  /** `@default` `'test'` */
  pluginId?: string;
  /** `@default` a fake one */
  auth?: AuthService;
  /** `@default` a fake one */
  httpAuth?: HttpAuthService;
};

/** An auditor that keeps its events. @public */
export interface FakeAuditor extends AuditorService {
  /** What was recorded, in order: each event once for its beginning, and once for its end. */
  readonly events: readonly AuditorEvent[];
}

/**
 * `core.auditor`: the real one, which keeps events for the test to look at. In a backend, it is the
 * real one, which logs them.
 */
export const fakeAuditor = defineFake({
  service: coreServices.auditor,
  create(options: FakeAuditorOptions = {}): FakeAuditor {
    const { pluginId = 'test' } = options;
    const { auth = fakeAuth({ pluginId }), httpAuth = fakeHttpAuth({ pluginId }) } = options;
    const events: AuditorEvent[] = [];
    const auditor = DefaultAuditorService.create((event) => void events.push(event), {
      auth,
      httpAuth,
      plugin: fakePluginMetadata({ pluginId }),
    });
    return { events, createEvent: (event) => auditor.createEvent(event) };
  },
  factory: () => auditorServiceFactory,
  mock: () => ({
    createEvent: mockFunction(async () => ({ success: mockFunction(), fail: mockFunction() })),
  }),
});
