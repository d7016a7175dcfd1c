import { BackendError } from '@stagewire/errors';

/** Every way in which the events service refuses its configuration. */
export const eventsErrors = {
  invalidMode: (value: unknown) =>
    new BackendError(
      'E_EVENT_BUS_MODE',
      `Invalid events.useEventBus config, must be one of never, always, auto, got '${value}'`,
      'set events.useEventBus in app-config.yaml to never, always or auto, or drop the key for auto',
    ),
};
