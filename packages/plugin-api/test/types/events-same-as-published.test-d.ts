/** The events service is that of the published events package. */
import type * as Theirs from '@backstage/plugin-events-node';
import type * as Ours from '../../src/index.js';
import type { Assert, Interchangeable, Same } from './assert.js';

export type Events = [
  Assert<Same<Ours.EventParams, Theirs.EventParams>>,
  Assert<Same<Ours.EventParams<Date>, Theirs.EventParams<Date>>>,
  Assert<Same<Ours.EventsService, Theirs.EventsService>>,
  Assert<Same<Ours.EventsServiceEventHandler, Theirs.EventsServiceEventHandler>>,
  Assert<Same<Ours.EventsServiceSubscribeOptions, Theirs.EventsServiceSubscribeOptions>>,
  Assert<Interchangeable<typeof Ours.eventsServiceRef, typeof Theirs.eventsServiceRef>>,
];
