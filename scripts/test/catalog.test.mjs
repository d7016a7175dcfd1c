// The catalog of the example portal: believable means that it fits together.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { repository } from '../lib/workspace.mjs';

const portal = join(repository, 'examples/portal');

// Each from where it is declared: the parser of our configuration, the rules of the catalog.
const fromConfig = createRequire(join(repository, 'packages/config/package.json'));
const fromPortal = createRequire(join(portal, 'package.json'));
const fromCatalog = createRequire(fromPortal.resolve('@backstage/plugin-catalog-backend'));
const { parse, parseAllDocuments } = fromConfig('yaml');
const model = fromCatalog('@backstage/catalog-model');

/** The fields of `spec` that name other entities, and the kind that a name without one has. */
const relations = {
  owner: 'group',
  system: 'system',
  domain: 'domain',
  subdomainOf: 'domain',
  subcomponentOf: 'component',
  providesApis: 'api',
  consumesApis: 'api',
  dependsOn: 'component',
  dependencyOf: 'component',
  parent: 'group',
  children: 'group',
  memberOf: 'group',
};

const definitions = {
  openapi: (text) =>
    Object.keys(parse(text).paths).length > 0 && parse(text).openapi.startsWith('3.'),
  asyncapi: (text) => Object.keys(parse(text).channels).length > 0,
  grpc: (text) => text.startsWith('syntax = "proto3";') && /^service \w+ \{/m.test(text),
  graphql: (text) => text.includes('type Query {'),
};

const [location] = readEntities('catalog/all.yaml');
const entities = location.spec.targets.flatMap((target) => readEntities(join('catalog', target)));

describe('the catalog of the example', () => {
  it('is as large as a small company, with every kind', () => {
    const kinds = new Map();
    for (const { kind } of entities) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);

    assert.ok(entities.length >= 75, `${entities.length} entities`);
    assert.ok(kinds.get('User') >= 20, `${kinds.get('User')} users`);
    assert.deepEqual([...kinds.keys()].toSorted(), [
      'API',
      'Component',
      'Domain',
      'Group',
      'Resource',
      'System',
      'User',
    ]);
  });

  it('is accepted by the rules of the published catalog', async () => {
    const policy = model.EntityPolicies.allOf([
      new model.SchemaValidEntityPolicy(),
      new model.NoForeignRootFieldsEntityPolicy(),
      new model.FieldFormatEntityPolicy(),
    ]);
    for (const entity of [location, ...entities]) {
      assert.ok(await policy.enforce(entity), refOf(entity));
      assert.equal(await validatorOf(entity).check(entity), true, refOf(entity));
    }
  });

  it('names each entity once, and no entity that is not there', () => {
    const refs = entities.map(refOf);

    assert.deepEqual(
      refs.filter((ref, index) => refs.indexOf(ref) < index),
      [],
    );
    assert.deepEqual(findBroken(entities), []);
  });

  it('would be told of a reference that leads nowhere', () => {
    const [first] = entities.filter(({ spec }) => spec.owner);
    const broken = { ...first, spec: { ...first.spec, owner: 'group:nobody', dependsOn: ['egg'] } };

    assert.deepEqual(findBroken([...entities.filter((one) => one !== first), broken]), [
      `${refOf(first)} owner group:default/nobody`,
      `${refOf(first)} dependsOn component:default/egg`,
    ]);
  });

  it('lists groups as children of the group that is their parent, and only those', () => {
    const groups = entities.filter(({ kind }) => kind === 'Group');
    const told = groups.flatMap((group) => group.spec.children.map((child) => [child, group]));
    const meant = groups
      .filter(({ spec }) => spec.parent)
      .map((group) => [`group:${group.metadata.name}`, group.spec.parent]);

    assert.deepEqual(
      told.map(([child, { metadata }]) => `${child} in group:${metadata.name}`).toSorted(),
      meant.map(([child, parent]) => `${child} in ${parent}`).toSorted(),
    );
  });

  it('defines every API in the language that it says', () => {
    const apis = entities.filter(({ kind }) => kind === 'API');

    assert.deepEqual([...new Set(apis.map(({ spec }) => spec.type))].toSorted(), [
      'asyncapi',
      'graphql',
      'grpc',
      'openapi',
    ]);
    for (const { spec, metadata } of apis) {
      assert.ok(definitions[spec.type](spec.definition), metadata.name);
    }
  });

  it('has one provider for every API', () => {
    const provided = entities.flatMap(({ spec }) => spec.providesApis ?? []);
    const apis = entities.filter(({ kind }) => kind === 'API').map(({ metadata }) => metadata.name);

    assert.deepEqual(provided.toSorted(), apis.map((name) => `api:${name}`).toSorted());
  });
});

describe('the configuration of the example', () => {
  const config = parse(readFileSync(join(portal, 'app-config.yaml'), 'utf8'));

  it('allows every kind that the catalog has, and takes it from there', () => {
    const [source] = config.catalog.locations;
    const allowed = source.rules.flatMap(({ allow }) => allow);

    assert.equal(source.target, './catalog/all.yaml');
    for (const { kind } of [location, ...entities]) assert.ok(allowed.includes(kind), kind);
  });

  it('listens on this machine only, and holds no secret', () => {
    assert.deepEqual(config.backend.listen, { host: '127.0.0.1', port: 7007 });
    assert.equal(config.backend.auth, undefined);
  });
});

function readEntities(file) {
  const text = readFileSync(join(portal, file), 'utf8');
  return parseAllDocuments(text).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS();
  });
}

function refOf(entity) {
  return model.stringifyEntityRef(entity);
}

/** Every reference to an entity that is not there: `entity field reference`. */
function findBroken(list) {
  const known = new Set(list.map(refOf));
  return list.flatMap((entity) =>
    Object.entries(relations).flatMap(([field, defaultKind]) =>
      [entity.spec[field] ?? []]
        .flat()
        .map((ref) =>
          refOf(model.parseEntityRef(ref, { defaultKind, defaultNamespace: 'default' })),
        )
        .filter((ref) => !known.has(ref))
        .map((ref) => `${refOf(entity)} ${field} ${ref}`),
    ),
  );
}

function validatorOf({ kind }) {
  return model[`${kind.toLowerCase()}EntityV1alpha1Validator`];
}
