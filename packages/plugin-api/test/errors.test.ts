import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isExplained } from '@stagewire/errors';
import { describe, expect, it } from 'vitest';
import { pluginApiErrors } from '../src/errors.js';

/** One of each. */
const errors = {
  invalidPluginId: pluginApiErrors.invalidPluginId('1', 'RULE'),
  invalidModuleId: pluginApiErrors.invalidModuleId('1', 'todo', 'RULE'),
  registeredAfterInit: pluginApiErrors.registeredAfterInit('registerConnection', "plugin 'todo'"),
  initRegisteredTwice: pluginApiErrors.initRegisteredTwice("plugin 'todo'"),
  initNotRegistered: pluginApiErrors.initNotRegistered('todo', "plugin 'todo'"),
  duplicateConnection: pluginApiErrors.duplicateConnection('github', "plugin 'todo'"),
  connectionsNotSupported: pluginApiErrors.connectionsNotSupported('github'),
  loaderResultNotIterable: pluginApiErrors.loaderResultNotIterable('null', 'created at x'),
  invalidLoaderItem: pluginApiErrors.invalidLoaderItem(null, 'created at x'),
  decoratorEmpty: pluginApiErrors.decoratorEmpty('mail'),
  decoratorUnsupported: pluginApiErrors.decoratorUnsupported('mail'),
  packageNotFound: pluginApiErrors.packageNotFound('todo', ['here', 'there'], undefined),
  packagePathOverriddenTwice: pluginApiErrors.packagePathOverriddenTwice('todo'),
  invalidScheduleScope: pluginApiErrors.invalidScheduleScope('x'),
} satisfies Record<keyof typeof pluginApiErrors, unknown>;

describe('the errors of the plugin API', () => {
  it('all tell a code and a fix', () => {
    expect(Object.values(errors).every(isExplained)).toBe(true);
  });

  it('are the ones in docs/errors.md', () => {
    const page = readFileSync(path.join(import.meta.dirname, '../../../docs/errors.md'), 'utf8');
    const section = /^## plugin-api\n(.*?)^## /ms.exec(`${page}\n## `)?.[1] ?? '';
    const documented = Array.from(section.matchAll(/^\| `(E_\w+)` \|/gm), ([, code]) => code);

    expect(documented.toSorted()).toEqual(
      [...new Set(Object.values(errors).map(({ code }) => code))].toSorted(),
    );
  });

  it('name the culprit in the fix', () => {
    expect(errors.initNotRegistered.fix).toContain("plugin 'todo'");
    expect(errors.initRegisteredTwice.fix).toContain("plugin 'todo'");
    expect(errors.registeredAfterInit.fix).toContain("plugin 'todo'");
  });
});
