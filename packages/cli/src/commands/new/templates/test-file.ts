import type { Layout } from '../layout.js';

/** How the tests of a layout are written. */
export type TestStyle = {
  /** The path of a test: `test/plugin.test.ts`. */
  path: (name: string) => string;
  /** What a test imports a source as: `../src/plugin.js`. */
  source: (name: string) => string;
  /** The lines that import `assert`, `describe` and `it`; none where there are globals for it. */
  framework: string[];
  /** Asserts that two values are the same. */
  equal: (actual: string, expected: string) => string;
  /** Asserts that two objects have the same in them. */
  deepEqual: (actual: string, expected: string) => string;
  /** The package with `startTestBackend`. */
  testing: Layout['testing'];
  /** Starts a test backend with some options, which is stopped when the test ends. */
  start: (...options: string[]) => string;
  /** The same, where nothing is asked of that backend. */
  startOnly: (...options: string[]) => string;
  /** Sends a request to that backend, by an expression that waits for the answer. */
  request: (path: string, init: string) => string;
};

/**
 * Our own fakes run under Node's test runner; the ones of the field want Jest, whose tests are
 * beside the sources.
 */
export function toTestStyle({ testing, extension }: Layout): TestStyle {
  if (testing === '@backstage/backend-test-utils') {
    return {
      path: (name) => `src/${name}.test.ts`,
      source: (name) => `./${name}`,
      framework: [],
      equal: (actual, expected) => `expect(${actual}).toBe(${expected});`,
      // Jest gives tests an Object of their own, which the assert of Node takes for another class.
      deepEqual: (actual, expected) => `expect(${actual}).toEqual(${expected});`,
      testing,
      start: (...options) => `const { server } = ${toStart(options)}`,
      startOnly: (...options) => toStart(options),
      request: (path, init) =>
        `await fetch(\`http://localhost:\${server.port()}${path}\`, ${init})`,
    };
  }
  return {
    path: (name) => `test/${name}.test.ts`,
    source: (name) => `../src/${name}${extension}`,
    framework: [
      `import assert from 'node:assert/strict';`,
      `import { describe, it } from 'node:test';`,
    ],
    equal: (actual, expected) => `assert.equal(${actual}, ${expected});`,
    deepEqual: (actual, expected) => `assert.deepEqual(${actual}, ${expected});`,
    testing,
    start: (...options) => `await using backend = ${toStart(options)}`,
    startOnly: (...options) => `await using _backend = ${toStart(options)}`,
    request: (path, init) => `await backend.request('${path}', ${init})`,
  };
}

function toStart(options: readonly string[]): string {
  const listed =
    options.length > 1 ? `\n      ${options.join(',\n      ')},\n    ` : ` ${options[0]} `;
  return `await startTestBackend({${listed}});`;
}
