import { describe, expect, it } from 'vitest';
import {
  assertId,
  toCamelCase,
  toKebabCase,
  toPascalCase,
  toPrefix,
} from '../../../src/commands/new/names.js';

describe('assertId', () => {
  it.each(['todo', 'user-settings', 'k8s', 'a'])('takes %s', (id) => {
    expect(assertId('plugin', id)).toBe(id);
  });

  it.each([
    ['userSettings', 'user-settings'],
    ['User Settings', 'user-settings'],
    ['user_settings', 'user-settings'],
    ['@acme/plugin-todo-backend', 'todo'],
    ['todo-backend-module-mail', 'todo'],
    ['todo-node', 'todo'],
    ['42', 'my-plugin'],
    ['', 'my-plugin'],
  ])('refuses %j as the id of a plugin, and suggests %s', (id, better) => {
    expect(() => assertId('plugin', id)).toThrow(
      expect.objectContaining({ code: 'E_CLI_NEW_ID', fix: `take one such as ${better}` }),
    );
  });

  it('lets a module end as it likes', () => {
    expect(assertId('module', 'github-backend')).toBe('github-backend');
  });
});

describe('toPrefix', () => {
  it.each([
    ['@acme', '@acme/'],
    ['@acme/', '@acme/'],
    ['@acme/backstage-', '@acme/backstage-'],
    ['backstage-', 'backstage-'],
  ])('makes %s to %s', (scope, prefix) => {
    expect(toPrefix(scope)).toBe(prefix);
  });

  it.each(['@Acme', 'acme', '@', '@acme/x', ''])('refuses %j', (scope) => {
    expect(() => toPrefix(scope)).toThrow(expect.objectContaining({ code: 'E_CLI_NEW_SCOPE' }));
  });
});

it('writes ids in the three ways of code', () => {
  expect([toKebabCase('URLShortener 2'), toCamelCase('a-b2-c'), toPascalCase('a-b2-c')]).toEqual([
    'urlshortener-2',
    'aB2C',
    'AB2C',
  ]);
});
