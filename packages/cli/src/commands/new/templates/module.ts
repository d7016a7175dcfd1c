import type { FoundExtensionPoint } from '../extension-points.js';
import type { Files } from '../file-changes.js';
import type { Layout } from '../layout.js';
import { toCamelCase, toPascalCase } from '../names.js';
import { toTestStyle } from './test-file.js';
import { toNames, toText } from './text.js';

/** What is said of a module in its files. */
export type ModuleTemplate = {
  pluginId: string;
  moduleId: string;
  /** What it extends its plugin through, and the package that has it; a route of its own without. */
  extensionPoint?: FoundExtensionPoint & { from: string };
};

/** `catalogModuleGithub` */
export function toModuleName({ pluginId, moduleId }: ModuleTemplate): string {
  return `${toCamelCase(pluginId)}Module${toPascalCase(moduleId)}`;
}

/** Whether an extension point is the one that `stagewire new plugin` makes. */
export function isGreeting({ pluginId, extensionPoint }: ModuleTemplate): boolean {
  return (
    extensionPoint?.name === `${toCamelCase(pluginId)}GreetingExtensionPoint` &&
    extensionPoint.methods.includes('setGreeting')
  );
}

/** The sources and tests of `<id>-backend-module-<moduleId>`. */
export function renderModule(layout: Layout, template: ModuleTemplate): Files {
  const { extensionPoint } = template;
  const test = toTestStyle(layout);
  return {
    'src/index.ts': `export { ${toModuleName(template)} as default } from './module${layout.extension}';\n`,
    ...(extensionPoint
      ? {
          'src/module.ts': renderExtension(layout, template, extensionPoint),
          [test.path('module')]: renderExtensionTest(layout, template, extensionPoint),
        }
      : {
          'src/module.ts': renderRoute(layout, template),
          [test.path('module')]: renderRouteTest(layout, template),
        }),
  };
}

/** What README.md of a module says. */
export function renderModuleReadme(template: ModuleTemplate, name: string): string {
  const { pluginId, moduleId, extensionPoint } = template;
  return toText(
    '```ts',
    `backend.add(import('${name}'));`,
    '```',
    '',
    extensionPoint
      ? `It extends the plugin \`${pluginId}\` through \`${extensionPoint.name}\` of \`${extensionPoint.from}\`.`
      : `It answers below \`/api/${pluginId}/modules/${moduleId}\`, the part of the plugin's routes that is its own.`,
  );
}

function renderExtension(
  { api }: Layout,
  template: ModuleTemplate,
  extensionPoint: FoundExtensionPoint & { from: string },
): string {
  const { pluginId, moduleId } = template;
  const { name, from } = extensionPoint;
  const key = toKey(template, name);
  return toText(
    `import { createBackendModule } from '${api}';`,
    toNames('import', [name], from),
    '',
    isGreeting(template)
      ? '/** Has its plugin say welcome. */'
      : `/** Extends the plugin \`${pluginId}\`. */`,
    `export const ${toModuleName(template)} = createBackendModule({`,
    `  pluginId: '${pluginId}',`,
    `  moduleId: '${moduleId}',`,
    '  register(env) {',
    '    env.registerInit({',
    `      deps: { ${key === name ? name : `${key}: ${name}`} },`,
    ...(isGreeting(template)
      ? [
          `      async init({ ${key} }) {`,
          `        ${key}.setGreeting((name) => \`Welcome, \${name}.\`);`,
          '      },',
        ]
      : renderOpenInit(key, extensionPoint)),
    '    });',
    '  },',
    '});',
  );
}

/** What is to be done with an extension point of others, only its author knows. */
function renderOpenInit(key: string, { methods }: FoundExtensionPoint): string[] {
  return [
    methods.length > 0
      ? `      // Take it as \`init({ ${key} })\`, and say by one of these what this module adds:`
      : `      // Take it as \`init({ ${key} })\`, and say what this module adds.`,
    ...methods.map((method) => `      // ${key}.${method}`),
    '      async init() {},',
  ];
}

/** `catalogProcessingExtensionPoint` of the plugin `catalog` is `processing` where it is used. */
function toKey({ pluginId }: ModuleTemplate, name: string): string {
  const camel = toCamelCase(pluginId);
  const bare = name.replace(/ExtensionPoint$/, '');
  if (!bare.startsWith(camel) || bare.length === camel.length) return bare;
  const rest = bare.slice(camel.length);
  return rest.charAt(0).toLowerCase() + rest.slice(1);
}

function renderExtensionTest(
  layout: Layout,
  template: ModuleTemplate,
  { name, from }: FoundExtensionPoint & { from: string },
): string {
  const test = toTestStyle(layout);
  const hasGreeting = isGreeting(template);
  const start = test.startOnly(
    `features: [${toModuleName(template)}]`,
    `extensionPoints: [[${name}, extensionPoint]]`,
  );
  return toText(
    // Nothing is asserted of a module that does nothing yet, but that it starts.
    ...test.framework.filter((line) => hasGreeting || !line.includes('assert')),
    `import { startTestBackend } from '${test.testing}';`,
    toNames('import', [name], from),
    `import { ${toModuleName(template)} } from '${test.source('module')}';`,
    '',
    `describe('${toModuleName(template)}', () => {`,
    hasGreeting
      ? `  it('says welcome', async () => {`
      : `  it('starts with the extension point of its plugin', async () => {`,
    ...(hasGreeting ? greetingRecorder : openRecorder),
    '',
    `    ${start}`,
    hasGreeting && '',
    hasGreeting && `    ${test.deepEqual('greetings', `['Welcome, Jane.']`)}`,
    '  });',
    '});',
  );
}

/** Stands in for the plugin in a test: keeps what a greeting says to Jane. */
export const greetingRecorder = [
  '    const greetings: string[] = [];',
  '    const extensionPoint = {',
  '      setGreeting(greeting: (name: string) => string) {',
  `        greetings.push(greeting('Jane'));`,
  '      },',
  '    };',
];

const openRecorder = [
  '    // What the module calls goes in here, so that the test sees it.',
  '    const extensionPoint = {};',
];

function renderRoute({ api }: Layout, template: ModuleTemplate): string {
  const { pluginId, moduleId } = template;
  return `import { coreServices, createBackendModule } from '${api}';
import PromiseRouter from 'express-promise-router';

/** Answers a route of its own, among those of its plugin. */
export const ${toModuleName(template)} = createBackendModule({
  pluginId: '${pluginId}',
  moduleId: '${moduleId}',
  register(env) {
    env.registerInit({
      deps: { httpRouter: coreServices.httpRouter },
      async init({ httpRouter }) {
        const router = PromiseRouter();
        // The plugin and its modules share a router, so the route has the name of the module in it.
        router.get('/modules/${moduleId}/hello', async (_req, res) => {
          res.json({ message: 'Hello from the module ${moduleId}.' });
        });
        httpRouter.use(router);
      },
    });
  },
});
`;
}

function renderRouteTest(layout: Layout, template: ModuleTemplate): string {
  const { pluginId, moduleId } = template;
  const test = toTestStyle(layout);
  const path = `/api/${pluginId}/modules/${moduleId}/hello`;
  return toText(
    ...test.framework,
    `import { mockCredentials, startTestBackend } from '${test.testing}';`,
    `import { ${toModuleName(template)} } from '${test.source('module')}';`,
    '',
    `describe('GET ${path}', () => {`,
    `  it('is answered by the module', async () => {`,
    `    ${test.start(`features: [${toModuleName(template)}]`)}`,
    '',
    `    const answer = ${test.request(path, '{\n      headers: { authorization: mockCredentials.user.header() },\n    }')};`,
    '',
    `    ${test.deepEqual('await answer.json()', `{ message: 'Hello from the module ${moduleId}.' }`)}`,
    '  });',
    '});',
  );
}
