import { describe, expect, it } from 'vitest';
import { checkStock, replace } from '../check-stock.js';

const MODULE = 'plugins/todo-backend-module-mail/src/module.ts';

describe('checkModuleRoutes', () => {
  it('warns of a module that answers where its plugin may', () => {
    expect(checkStock({ [MODULE]: replace("'/modules/mail'", "'/mail'") })).toEqual([
      `warning E_CHECK_MODULE_ROUTE ${MODULE} | httpRouter.use('/mail', (_req, res) => void res.end());`,
    ]);
  });

  it('knows nothing of paths that are made when the code runs', () => {
    expect(checkStock({ [MODULE]: replace("'/modules/mail'", 'pathOf()') })).toEqual([]);
  });
});
