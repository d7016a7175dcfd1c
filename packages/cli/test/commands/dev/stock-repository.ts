import { makeLinkedRepository, type LinkedRepository } from './linked-repository.js';

/** A repository as the stock `create-app` lays it out: CommonJS TypeScript, and no word of us. */
export function makeStockRepository(): Promise<LinkedRepository> {
  return makeLinkedRepository({
    'backstage.json': { version: '1.53.0' },
    'packages/app/package.json': {
      name: 'app',
      version: '0.0.0',
      private: true,
      backstage: { role: 'frontend' },
    },
    'packages/backend/package.json': {
      name: 'backend',
      version: '0.0.0',
      main: 'dist/index.cjs.js',
      types: 'src/index.ts',
      private: true,
      backstage: { role: 'backend' },
      dependencies: { '@backstage/backend-defaults': '^0.18.0', ...PLUGINS },
    },
    'packages/backend/src/index.ts': `import { createBackend } from '@backstage/backend-defaults';

const backend = createBackend();

backend.add(import('@internal/plugin-todo-backend'));
backend.add(import('@internal/plugin-notes-backend'));

backend.start();
`,
    'plugins/words-node/package.json': {
      name: '@internal/plugin-words-node',
      version: '0.1.0',
      main: 'src/index.ts',
      types: 'src/index.ts',
      publishConfig: { main: 'dist/index.cjs.js', types: 'dist/index.d.ts' },
      backstage: { role: 'node-library' },
    },
    'plugins/words-node/src/index.ts': toGreeting('hello'),
    ...toStockPlugin('todo'),
    ...toStockPlugin('notes'),
  });
}

export const toGreeting = (greeting: string) => `export const greeting: string = '${greeting}';\n`;

export const toStockAnswer = (answer: string) => `export const answer: string = '${answer}';\n`;

const PLUGINS = {
  '@internal/plugin-notes-backend': '^0.1.0',
  '@internal/plugin-todo-backend': '^0.1.0',
};

function toStockPlugin(id: string): Record<string, unknown> {
  const folder = `plugins/${id}-backend`;
  return {
    [`${folder}/package.json`]: {
      name: `@internal/plugin-${id}-backend`,
      version: '0.1.0',
      main: 'src/index.ts',
      types: 'src/index.ts',
      publishConfig: { main: 'dist/index.cjs.js', types: 'dist/index.d.ts' },
      backstage: { role: 'backend-plugin', pluginId: id },
      dependencies: {
        '@backstage/backend-plugin-api': '^1.10.0',
        ...(id === 'todo' && { '@internal/plugin-words-node': '^0.1.0' }),
      },
    },
    [`${folder}/src/index.ts`]: `export { plugin as default } from './plugin';\n`,
    [`${folder}/src/plugin.ts`]: toPluginText(id),
    [`${folder}/src/stack.ts`]: `

export const toStack = (): string => new Error('here').stack!.split('\\n')[1]!;
`,
    [`${folder}/src/answer.ts`]: toStockAnswer('first'),
  };
}

function toPluginText(id: string): string {
  return `import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { answer } from './answer';
${id === 'todo' ? `import { greeting } from '@internal/plugin-words-node';` : `const greeting = '';`}

let calls = 0;

export const plugin = createBackendPlugin({
  pluginId: '${id}',
  register(env) {
    env.registerInit({
      deps: { httpRouter: coreServices.httpRouter },
      async init({ httpRouter }) {
        const { toStack } = await import('./stack');
        httpRouter.use((_req: any, res: any) => {
          calls++;
          res.json({ answer, greeting, calls, stack: toStack() });
        });
      },
    });
  },
});
`;
}
