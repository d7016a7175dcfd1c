import type { Files } from '../file-changes.js';
import type { Layout } from '../layout.js';
import { toCamelCase, toPascalCase } from '../names.js';
import { greetingRecorder } from './module.js';
import { toTestStyle } from './test-file.js';
import { isOneLine, toText } from './text.js';

/** The sources and tests of `<id>-node`: the extension point of the plugin. */
export function renderNodeLibrary(layout: Layout, pluginId: string): Files {
  const camel = toCamelCase(pluginId);
  const pascal = toPascalCase(pluginId);
  const test = toTestStyle(layout);
  return {
    'src/index.ts': `export {
  ${camel}GreetingExtensionPoint,
  type ${pascal}Greeting,
  type ${pascal}GreetingExtensionPoint,
} from './greeting-extension-point${layout.extension}';
`,
    'src/greeting-extension-point.ts': `import { createExtensionPoint } from '${layout.api}';

/** Greets somebody by name. */
export type ${pascal}Greeting = (name: string) => string;

/** Lets a module choose how the plugin \`${pluginId}\` greets. */
export interface ${pascal}GreetingExtensionPoint {
  /** Sets the greeting; a second one is refused, as only one can be used. */
  setGreeting(greeting: ${pascal}Greeting): void;
}

/** The {@link ${pascal}GreetingExtensionPoint} that modules depend on. */
${renderRef(pluginId)}`,
    [test.path('greeting-extension-point')]: toText(
      ...test.framework,
      `import { createBackendModule } from '${layout.api}';`,
      `import { startTestBackend } from '${test.testing}';`,
      `import { ${camel}GreetingExtensionPoint } from '${test.source('index')}';`,
      '',
      `describe('${camel}GreetingExtensionPoint', () => {`,
      `  it('takes the greeting of a module', async () => {`,
      ...greetingRecorder,
      '    const module = createBackendModule({',
      `      pluginId: '${pluginId}',`,
      `      moduleId: 'welcoming',`,
      '      register(env) {',
      '        env.registerInit({',
      `          deps: { greeting: ${camel}GreetingExtensionPoint },`,
      '          init: async ({ greeting }) => greeting.setGreeting((name) => `Welcome, ${name}.`),',
      '        });',
      '      },',
      '    });',
      '',
      `    ${test.startOnly('features: [module]', `extensionPoints: [[${camel}GreetingExtensionPoint, extensionPoint]]`)}`,
      '',
      `    ${test.deepEqual('greetings', `['Welcome, Jane.']`)}`,
      '  });',
      '});',
    ),
  };
}

/** As formatters have it: its first line is as long as the id of the plugin makes it. */
function renderRef(pluginId: string): string {
  const name = `${toCamelCase(pluginId)}GreetingExtensionPoint`;
  const call = `createExtensionPoint<${toPascalCase(pluginId)}GreetingExtensionPoint>({`;
  const line = `export const ${name} = ${call}`;
  return isOneLine(line)
    ? toText(line, `  id: '${pluginId}.greeting',`, '});')
    : toText(`export const ${name} =`, `  ${call}`, `    id: '${pluginId}.greeting',`, '  });');
}

/** The sources and tests of `<id>-common`: what front ends and backends agree on. */
export function renderCommonLibrary(layout: Layout, pluginId: string): Files {
  const pascal = toPascalCase(pluginId);
  const test = toTestStyle(layout);
  return {
    'src/index.ts': `export { is${pascal}Hello, type ${pascal}Hello } from './hello${layout.extension}';\n`,
    'src/hello.ts': `/** What \`GET /api/${pluginId}/hello\` answers. */
export type ${pascal}Hello = { message: string };

/** Whether something that came over the wire is a {@link ${pascal}Hello}. */
export function is${pascal}Hello(value: unknown): value is ${pascal}Hello {
  if (typeof value !== 'object' || value === null) return false;
  return 'message' in value && typeof value.message === 'string';
}
`,
    [test.path('hello')]: toText(
      ...test.framework,
      `import { is${pascal}Hello } from '${test.source('hello')}';`,
      '',
      `describe('is${pascal}Hello', () => {`,
      `  it('takes an answer with a message, and nothing else', () => {`,
      `    ${test.equal(`is${pascal}Hello({ message: 'Hello Jane!' })`, 'true')}`,
      `    ${test.equal(`is${pascal}Hello({ error: 'not found' })`, 'false')}`,
      `    ${test.equal(`is${pascal}Hello(null)`, 'false')}`,
      '  });',
      '});',
    ),
  };
}

/** What README.md of `<id>-node` says. */
export function renderNodeReadme(pluginId: string, name: string): string {
  const camel = toCamelCase(pluginId);
  return `A module of the plugin depends on it, and never on the plugin itself:

\`\`\`ts
import { ${camel}GreetingExtensionPoint } from '${name}';

env.registerInit({
  deps: { greeting: ${camel}GreetingExtensionPoint },
  async init({ greeting }) {
    greeting.setGreeting((name) => \`Welcome, \${name}.\`);
  },
});
\`\`\`
`;
}

/** What README.md of `<id>-common` says. */
export function renderCommonReadme(): string {
  return 'It runs in browsers too, so it imports nothing of Node.\n';
}
