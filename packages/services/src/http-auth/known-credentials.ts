import type { BackstageCredentials } from '@stagewire/plugin-api';

/** What one service knows of a request: its credentials, with and without limited access. */
export type KnownCredentials = {
  full: Promise<BackstageCredentials> | undefined;
  limited: Promise<BackstageCredentials> | undefined;
};

/**
 * Finds what a service knows of a request, to be filled in by that service.
 *
 * @remarks
 * It ends with the request, and nobody else comes across it: neither who copies the request nor who
 * prints it.
 */
export function knownCredentialsOf(req: object, service: object): KnownCredentials {
  return Mark.find(req, service) ?? Mark.add(req, service);
}

type Entry = KnownCredentials & { service: object; next: Entry | undefined };

/** Makes what is derived from it add its private fields to the object that it is given. */
class Given {
  constructor(target: object) {
    return target;
  }
}

// A private field of another object is a WeakMap in meaning. The latter costs as much time per
// request as all else that is done to authenticate it.
class Mark extends Given {
  #first: Entry | undefined;

  static find(req: object, service: object): Entry | undefined {
    let entry = #first in req ? req.#first : undefined;
    while (entry && entry.service !== service) entry = entry.next;
    return entry;
  }

  static add(req: object, service: object): Entry {
    const entry: Entry = { full: undefined, limited: undefined, service, next: undefined };
    // Nothing can be kept on frozen requests, which tests may make.
    if (!Object.isExtensible(req)) return entry;
    const mark = #first in req ? req : (new Mark(req) as Mark);
    entry.next = mark.#first;
    mark.#first = entry;
    return entry;
  }
}
