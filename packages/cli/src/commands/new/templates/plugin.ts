import type { Files } from '../file-changes.js';
import type { Layout } from '../layout.js';
import { toCamelCase, toPascalCase } from '../names.js';
import { toTestStyle } from './test-file.js';
import { toNames, toText } from './text.js';

/** What is said of a plugin in its files. */
export type PluginTemplate = {
  pluginId: string;
  /** Names of its packages; the libraries only where they are made. */
  backendName: string;
  nodeName?: string;
  commonName?: string;
};

/** The sources and tests of `<id>-backend`. */
export function renderPlugin(layout: Layout, template: PluginTemplate): Files {
  const test = toTestStyle(layout);
  return {
    'src/index.ts': `export { ${toCamelCase(template.pluginId)}Plugin as default } from './plugin${layout.extension}';\n`,
    'src/plugin.ts': template.nodeName
      ? renderExtensiblePlugin(layout, template, template.nodeName)
      : renderClosedPlugin(layout, template),
    'src/router.ts': renderRouter(layout, template),
    [test.path('plugin')]: renderTest(layout, template),
  };
}

/** What README.md of `<id>-backend` says. */
export function renderPluginReadme({ pluginId, backendName, nodeName }: PluginTemplate): string {
  return toText(
    '```ts',
    `backend.add(import('${backendName}'));`,
    '```',
    '',
    `| route | who may | what it answers |`,
    `| --- | --- | --- |`,
    `| \`GET /api/${pluginId}/hello\` | users and services | \`{ "message": "Hello …!" }\` |`,
    nodeName !== undefined && '',
    nodeName !== undefined &&
      `Modules change the greeting through the extension point of \`${nodeName}\`.`,
  );
}

function renderClosedPlugin({ api, extension }: Layout, { pluginId }: PluginTemplate): string {
  return `import { coreServices, createBackendPlugin } from '${api}';
import { createRouter } from './router${extension}';

/** Greets whoever asks. */
export const ${toCamelCase(pluginId)}Plugin = createBackendPlugin({
  pluginId: '${pluginId}',
  register(env) {
    env.registerInit({
      deps: {
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
      },
      async init({ httpAuth, httpRouter }) {
        httpRouter.use(createRouter({ httpAuth }));
      },
    });
  },
});
`;
}

function renderExtensiblePlugin(
  { api, extension }: Layout,
  { pluginId }: PluginTemplate,
  nodeName: string,
): string {
  const camel = toCamelCase(pluginId);
  const pascal = toPascalCase(pluginId);
  return `import { coreServices, createBackendPlugin } from '${api}';
${toNames('import', [`${camel}GreetingExtensionPoint`, `type ${pascal}Greeting`], nodeName)}
import { createRouter } from './router${extension}';

/** Greets whoever asks, in the words of a module where there is one. */
export const ${camel}Plugin = createBackendPlugin({
  pluginId: '${pluginId}',
  register(env) {
    let chosen: ${pascal}Greeting | undefined;
    env.registerExtensionPoint(${camel}GreetingExtensionPoint, {
      setGreeting(greeting) {
        if (chosen) throw new Error('another module has set the greeting already');
        chosen = greeting;
      },
    });

    env.registerInit({
      deps: {
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
      },
      // All modules are done by now, so what they chose is known.
      async init({ httpAuth, httpRouter }) {
        const greeting = chosen ?? ((name) => \`Hello \${name}!\`);
        httpRouter.use(createRouter({ httpAuth, greeting }));
      },
    });
  },
});
`;
}

function renderRouter({ api }: Layout, template: PluginTemplate): string {
  const { pluginId, nodeName, commonName } = template;
  const pascal = toPascalCase(pluginId);
  const message = nodeName ? 'greeting(name)' : '`Hello ${name}!`';
  return toText(
    `import type { HttpAuthService } from '${api}';`,
    commonName !== undefined && `import type { ${pascal}Hello } from '${commonName}';`,
    nodeName !== undefined && `import type { ${pascal}Greeting } from '${nodeName}';`,
    `import type { Router } from 'express';`,
    `import PromiseRouter from 'express-promise-router';`,
    '',
    '/** What the routes work with. */',
    'export type RouterOptions = {',
    '  httpAuth: HttpAuthService;',
    nodeName !== undefined && `  greeting: ${pascal}Greeting;`,
    '};',
    '',
    `/** Makes the routes below \`/api/${pluginId}\`. */`,
    nodeName
      ? 'export function createRouter({ httpAuth, greeting }: RouterOptions): Router {'
      : 'export function createRouter({ httpAuth }: RouterOptions): Router {',
    '  // A router of Express 4 would not see that an async handler has failed.',
    '  const router = PromiseRouter();',
    '',
    `  router.get('/hello', async (req, res) => {`,
    `    const { principal } = await httpAuth.credentials(req, { allow: ['user', 'service'] });`,
    `    const name = principal.type === 'user' ? principal.userEntityRef : principal.subject;`,
    commonName
      ? `    const answer: ${pascal}Hello = { message: ${message} };`
      : `    res.json({ message: ${message} });`,
    commonName !== undefined && '    res.json(answer);',
    '  });',
    '',
    '  return router;',
    '}',
  );
}

function renderTest(layout: Layout, { pluginId, nodeName }: PluginTemplate): string {
  const test = toTestStyle(layout);
  const plugin = `${toCamelCase(pluginId)}Plugin`;
  const path = `/api/${pluginId}/hello`;
  const request = (token: string) =>
    `const answer = ${test.request(path, `{\n      headers: { authorization: mockCredentials.${token} },\n    }`)};`;
  return toText(
    ...test.framework,
    nodeName !== undefined && `import { createBackendModule } from '${layout.api}';`,
    `import { mockCredentials, startTestBackend } from '${test.testing}';`,
    nodeName !== undefined &&
      toNames('import', [`${toCamelCase(pluginId)}GreetingExtensionPoint`], nodeName),
    `import { ${plugin} } from '${test.source('plugin')}';`,
    '',
    `describe('GET ${path}', () => {`,
    `  it('greets the user who asks', async () => {`,
    `    ${test.start(`features: [${plugin}]`)}`,
    '',
    `    ${request(`user.header('user:default/jane')`)}`,
    '',
    `    ${test.deepEqual('await answer.json()', `{ message: 'Hello user:default/jane!' }`)}`,
    '  });',
    '',
    `  it('is closed to callers without credentials', async () => {`,
    `    ${test.start(`features: [${plugin}]`)}`,
    '',
    `    ${request('none.header()')}`,
    '',
    `    ${test.equal('answer.status', '401')}`,
    '  });',
    ...(nodeName ? renderModuleTest(layout, pluginId, request) : []),
    '});',
  );
}

function renderModuleTest(
  layout: Layout,
  pluginId: string,
  request: (token: string) => string,
): string[] {
  const camel = toCamelCase(pluginId);
  const test = toTestStyle(layout);
  return [
    '',
    `  it('greets in the words of a module', async () => {`,
    '    const welcoming = createBackendModule({',
    `      pluginId: '${pluginId}',`,
    `      moduleId: 'welcoming',`,
    '      register(env) {',
    '        env.registerInit({',
    `          deps: { greeting: ${camel}GreetingExtensionPoint },`,
    '          async init({ greeting }) {',
    '            greeting.setGreeting((name) => `Welcome, ${name}.`);',
    '          },',
    '        });',
    '      },',
    '    });',
    `    ${test.start(`features: [${camel}Plugin, welcoming]`)}`,
    '',
    `    ${request(`user.header('user:default/jane')`)}`,
    '',
    `    ${test.deepEqual('await answer.json()', `{ message: 'Welcome, user:default/jane.' }`)}`,
    '  });',
  ];
}
