/** What is found for each type of connection is what the published connections package says. */
import type * as Theirs from '@backstage/connections';
import type * as Ours from '../../src/index.js';
import type { Assert, Same } from './assert.js';

/** Members of intersections on one level, so that only what they say is compared. */
type Flat<T> = T extends unknown ? { [K in keyof T]: T[K] } : never;

type Checks = {
  [T in Theirs.ConnectionType]: [
    query: Same<Ours.ConnectionTypes[T]['query'], TheirQuery<T>>,
    info: Same<Flat<Ours.ConnectionInfo<T>>, Flat<Omit<Theirs.Connection<T>, 'auth'>>>,
    auth: Same<Flat<Ours.ConnectionAuth<T>>, Theirs.ConnectionAuth<T>>,
  ];
};

type TheirQuery<T extends Theirs.ConnectionType> =
  Theirs.LookupConnectionType<T> extends Theirs.ConnectionTypeDefinition<infer TDefinition>
    ? TDefinition['query']
    : never;

export type Connections = [
  Assert<Same<Ours.ConnectionType, Theirs.ConnectionType>>,
  Assert<Same<Checks, { [T in Theirs.ConnectionType]: [query: true, info: true, auth: true] }>>,
  Assert<
    Same<
      Flat<Ours.ConnectionAuth<'github', 'token'>>,
      { method: 'token'; token: string; title: string }
    >
  >,
  Assert<
    Same<
      Flat<Ours.Connection<'github', 'token'>['auth']>,
      Theirs.Connection<'github', 'token'>['auth']
    >
  >,
];
