import { describe, expect, it } from 'vitest';
import { parsePluginName } from '../../../src/rules/model/plugin-name.js';

describe('the name of a package', () => {
  it.each([
    ['@acme/plugin-todo', 'todo', 'frontend-plugin'],
    ['@acme/plugin-todo-backend', 'todo', 'backend-plugin'],
    ['@acme/backstage-plugin-user-settings-backend', 'user-settings', 'backend-plugin'],
    ['acme-backstage-plugin-todo-node', 'todo', 'node-library'],
    ['@acme/plugin-search-backend-node', 'search', 'node-library'],
    ['@acme/plugin-todo-common', 'todo', 'common-library'],
    ['@acme/plugin-todo-react', 'todo', 'web-library'],
    ['@acme/plugin-todo-backend-module-e-mail', 'todo', 'backend-plugin-module'],
    ['@acme/plugin-todo-module-e-mail', 'todo', 'frontend-plugin-module'],
  ])('%s is of the plugin %s, a %s', (name, pluginId, role) => {
    expect(parsePluginName(name)).toEqual({ pluginId, role });
  });

  it.each([['eslint-plugin-import'], ['@acme/shared'], ['@acme/plugin-todo-node-test-utils']])(
    '%s says nothing of a plugin',
    (name) => {
      expect(parsePluginName(name)).toBeUndefined();
    },
  );
});
