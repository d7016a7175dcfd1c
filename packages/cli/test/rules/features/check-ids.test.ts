import { describe, expect, it } from 'vitest';
import { checkStock, replace } from '../check-stock.js';

const MODULE = 'plugins/todo-backend-module-mail/src/module.ts';
const PLUGIN = 'plugins/billing-backend/src/index.ts';

describe('checkIds', () => {
  it('refuses the id of a module that cannot be one', () => {
    expect(checkStock({ [MODULE]: replace("'mail'", "'mail.in'") })).toEqual([
      `error E_MODULE_ID_INVALID ${MODULE} | moduleId: 'mail.in',`,
    ]);
  });

  it('warns of an underscore', () => {
    expect(checkStock({ [MODULE]: replace("'mail'", "'mail_in'") })).toEqual([
      `warning E_MODULE_ID_INVALID ${MODULE} | moduleId: 'mail_in',`,
    ]);
  });

  it('refuses the id of a plugin that cannot be one', () => {
    expect(checkStock({ [PLUGIN]: replace("'billing'", "'billing app'") })).toEqual([
      `error E_PLUGIN_ID_INVALID ${PLUGIN} | pluginId: 'billing app',`,
    ]);
  });
});
