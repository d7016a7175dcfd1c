import type { AddedFeature } from './collect.js';
import type { Instances } from './instances.js';
import { toLocation } from './origin.js';
import type { Timeline } from './timeline.js';
import type { Watchdog } from './watchdog.js';

/** What a start in progress has got to. */
export type Progress = {
  added: AddedFeature[];
  instances?: Instances;
  timeline?: Timeline;
  watchdog: Watchdog | undefined;
};

/** What a start in progress waits for, from the latest step that it can be in to the first. */
export function describeStart({ added, instances, timeline, watchdog }: Progress): string[] {
  const watched = watchdog?.describe() ?? [];
  if (watched.length > 0) return watched;
  const service = instances?.describeRootWait();
  if (service) return [`the backend waits for ${service}`];
  const loader = timeline?.findOpen('loader');
  if (loader) return [`the backend waits for feature loader ${loader.id}`];
  const feature = added.find(({ isTakenIn }) => !isTakenIn);
  return [`the backend waits for ${feature ? describeAdded(feature) : 'its plan'}`];
}

function describeAdded({ index, site }: AddedFeature): string {
  const location = toLocation(site);
  return `the import of features[${index}]${location ? ` (${location})` : ''}`;
}
