import type { Diagnostic, Plan } from '@stagewire/wiring';

/** Something wrong with one module. */
export const missing: Diagnostic = {
  severity: 'error',
  code: 'E_DEPENDENCY_MISSING',
  problem: 'module \'mail\' needs <acme.smtp> & "more"',
  fix: "add a factory for 'acme.smtp'",
  pluginId: 'todo',
  moduleId: 'mail',
  culprits: ['@acme/plugin-todo-backend-module-mail@1.0.0'],
};

/** A plan with one of everything that can be drawn. */
export const samplePlan: Plan = {
  services: [
    service('core.rootConfig', 'root', []),
    service('core.logger', 'plugin', ['core.rootConfig']),
    {
      ...service('acme.audit', 'root', ['core.rootConfig']),
      source: 'added',
      origin: 'src/a.ts:1',
    },
    service('core.idle', 'plugin', []),
  ],
  plugins: [
    {
      pluginId: 'todo',
      origin: '@acme/plugin-todo-backend@1.2.3, src/index.ts:5',
      needs: ['core.logger'],
      provides: ['todo.sources'],
      modules: [
        {
          moduleId: 'mail',
          origin: '@acme/plugin-todo-backend-module-mail@1.0.0, src/index.ts:6',
          needs: ['todo.sources', 'acme.audit'],
          provides: ['todo.mail.templates'],
          after: [],
        },
      ],
    },
    { pluginId: 'notes', origin: 'src/index.ts:7', needs: [], provides: [], modules: [] },
  ],
  orphans: [{ pluginId: 'gone', moduleId: 'lonely', origin: 'src/index.ts:8' }],
  diagnostics: [missing],
};

function service(id: string, scope: 'root' | 'plugin', needs: string[]): Plan['services'][number] {
  return {
    id,
    scope,
    multiton: false,
    source: 'default',
    origin: 'the backend itself',
    initialization: 'lazy',
    needs,
  };
}
