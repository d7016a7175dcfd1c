import type { Files } from '../file-changes.js';
import type { Layout } from '../layout.js';

/** The package that has `createBackend`. */
export function toBackendApi({
  api,
}: Layout): '@stagewire/backend' | '@backstage/backend-defaults' {
  return api === '@stagewire/plugin-api' ? '@stagewire/backend' : '@backstage/backend-defaults';
}

/** The program of a backend, without any feature yet. */
export function renderBackend(layout: Layout): Files {
  // Where modules are CommonJS, nothing can be awaited outside of functions.
  const start = layout.kind === 'stagewire' ? 'await backend.start();' : 'backend.start();';
  return {
    'src/index.ts': `import { createBackend } from '${toBackendApi(layout)}';

const backend = createBackend();

${start}
`,
  };
}

/** What README.md of a backend says. */
export const backendReadme = `Each feature is one line of \`src/index.ts\`:

\`\`\`ts
backend.add(import('<package>'));
\`\`\`
`;
