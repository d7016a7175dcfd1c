import type { Files } from '../file-changes.js';
import type { Layout } from '../layout.js';
import { toCamelCase, toPascalCase } from '../names.js';
import { toTestStyle } from './test-file.js';
import { toNames, toText } from './text.js';

/** What is said of a service in its files. */
export type ServiceTemplate = {
  serviceName: string;
  /** The id of its ref: `todo.clock`. */
  refId: string;
  scope: 'root' | 'plugin';
  /** Whether its ref brings the factory, so that no backend has to add it. */
  hasDefaultFactory: boolean;
};

/**
 * The lines that the main entry of a package gets for a service. With a default export, the package
 * is added to a backend as it is.
 */
export function renderServiceExports(
  { extension }: Layout,
  { serviceName }: ServiceTemplate,
  { hasDefaultExport }: { hasDefaultExport: boolean },
): string {
  const camel = toCamelCase(serviceName);
  const pascal = toPascalCase(serviceName);
  const factory = `${camel}ServiceFactory`;
  const made = [factory, `create${pascal}Service`];
  return toText(
    toNames(
      'export',
      hasDefaultExport ? [`${factory} as default`, ...made] : made,
      `./${serviceName}-service-factory${extension}`,
    ),
    toNames(
      'export',
      [`${camel}ServiceRef`, `type ${pascal}Service`],
      `./${serviceName}-service${extension}`,
    ),
    toNames('export', [`fake${pascal}Service`], `./fake-${serviceName}-service${extension}`),
  );
}

/** The sources and tests of a service, without the entry of its package. */
export function renderService(layout: Layout, template: ServiceTemplate): Files {
  const { serviceName } = template;
  const test = toTestStyle(layout);
  return {
    [`src/${serviceName}-service.ts`]: renderRef(layout, template),
    [`src/${serviceName}-service-factory.ts`]: renderFactory(layout, template),
    [`src/fake-${serviceName}-service.ts`]: renderFake(layout, template),
    [test.path(`${serviceName}-service`)]: renderTest(layout, template),
  };
}

/** What README.md of a package for one service says. */
export function renderServiceReadme({ serviceName }: ServiceTemplate, name: string): string {
  const camel = toCamelCase(serviceName);
  return `\`\`\`ts
import { ${camel}ServiceRef } from '${name}';

env.registerInit({
  deps: { ${camel}: ${camel}ServiceRef },
  async init({ ${camel} }) {
    await ${camel}.greet('Jane');
  },
});
\`\`\`

A backend gets it by \`backend.add(import('${name}'))\`, and another one in its place by any factory
for \`${camel}ServiceRef\`.
`;
}

function renderRef({ api, extension }: Layout, template: ServiceTemplate): string {
  const { serviceName, refId, scope, hasDefaultFactory } = template;
  const camel = toCamelCase(serviceName);
  const pascal = toPascalCase(serviceName);
  return toText(
    hasDefaultFactory
      ? `import { createServiceRef, type ServiceFactory } from '${api}';`
      : `import { createServiceRef } from '${api}';`,
    '',
    scope === 'plugin'
      ? '/** Greets people in the name of the plugin that depends on it. */'
      : '/** Greets people; all plugins share one. */',
    `export interface ${pascal}Service {`,
    '  /** A greeting for somebody. */',
    '  greet(name: string): Promise<string>;',
    '}',
    '',
    `/** The {@link ${pascal}Service} that plugins and modules depend on. */`,
    `export const ${camel}ServiceRef = createServiceRef<${pascal}Service>({`,
    `  id: '${refId}',`,
    `  scope: '${scope}',`,
    ...(hasDefaultFactory
      ? [
          '  // Loaded where no backend has added another one.',
          '  async defaultFactory(): Promise<ServiceFactory> {',
          `    const { ${camel}ServiceFactory } = await import('./${serviceName}-service-factory${extension}');`,
          `    return ${camel}ServiceFactory;`,
          '  },',
        ]
      : []),
    '});',
  );
}

function renderFactory({ api, extension }: Layout, template: ServiceTemplate): string {
  const { serviceName, scope } = template;
  const camel = toCamelCase(serviceName);
  const pascal = toPascalCase(serviceName);
  const isOfPlugin = scope === 'plugin';
  return toText(
    isOfPlugin
      ? `import { coreServices, createServiceFactory } from '${api}';`
      : `import { createServiceFactory } from '${api}';`,
    `import { ${camel}ServiceRef, type ${pascal}Service } from './${serviceName}-service${extension}';`,
    '',
    isOfPlugin
      ? `/** Makes the {@link ${pascal}Service} of each plugin. */`
      : `/** Makes the {@link ${pascal}Service} of a backend. */`,
    `export const ${camel}ServiceFactory = createServiceFactory({`,
    `  service: ${camel}ServiceRef,`,
    ...(isOfPlugin
      ? [
          '  deps: { plugin: coreServices.pluginMetadata },',
          `  factory: ({ plugin }) => create${pascal}Service(plugin.getId()),`,
        ]
      : ['  deps: {},', `  factory: () => create${pascal}Service(),`]),
    '});',
    '',
    '/** The service itself, for factories with other dependencies. */',
    ...(isOfPlugin
      ? [
          `export function create${pascal}Service(pluginId: string): ${pascal}Service {`,
          '  return { greet: async (name) => `Hello ${name}, this is ${pluginId}.` };',
        ]
      : [
          `export function create${pascal}Service(): ${pascal}Service {`,
          '  return { greet: async (name) => `Hello ${name}.` };',
        ]),
    '}',
  );
}

function renderFake({ extension }: Layout, { serviceName }: ServiceTemplate): string {
  const pascal = toPascalCase(serviceName);
  return `import type { ${pascal}Service } from './${serviceName}-service${extension}';

/** A {@link ${pascal}Service} for tests, which keeps whom it has greeted. */
export function fake${pascal}Service(): ${pascal}Service & { greeted: string[] } {
  const greeted: string[] = [];
  return {
    greeted,
    async greet(name) {
      greeted.push(name);
      return \`Hello \${name}.\`;
    },
  };
}
`;
}

function renderTest(layout: Layout, { serviceName, scope }: ServiceTemplate): string {
  const camel = toCamelCase(serviceName);
  const pascal = toPascalCase(serviceName);
  const test = toTestStyle(layout);
  const isOfPlugin = scope === 'plugin';
  return toText(
    ...test.framework,
    `import { ServiceFactoryTester } from '${test.testing}';`,
    `import { fake${pascal}Service } from '${test.source(`fake-${serviceName}-service`)}';`,
    `import { ${camel}ServiceFactory } from '${test.source(`${serviceName}-service-factory`)}';`,
    '',
    `describe('${camel}ServiceFactory', () => {`,
    isOfPlugin
      ? `  it('greets in the name of the plugin that asks', async () => {`
      : `  it('greets', async () => {`,
    `    const tester = ServiceFactoryTester.from(${camel}ServiceFactory);`,
    '',
    `    const service = await tester.getSubject(${isOfPlugin ? `'todo'` : ''});`,
    '',
    `    ${test.equal(
      `await service.greet('Jane')`,
      isOfPlugin ? `'Hello Jane, this is todo.'` : `'Hello Jane.'`,
    )}`,
    '  });',
    '});',
    '',
    `describe('fake${pascal}Service', () => {`,
    `  it('keeps whom it has greeted', async () => {`,
    `    const service = fake${pascal}Service();`,
    '',
    `    await service.greet('Jane');`,
    '',
    `    ${test.deepEqual('service.greeted', `['Jane']`)}`,
    '  });',
    '});',
  );
}
