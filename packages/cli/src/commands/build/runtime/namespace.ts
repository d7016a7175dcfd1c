/** What `import *` gives; its properties are live. */
export type Namespace = Record<string, unknown>;

// Not Object.create(null): V8 keeps such objects as slow dictionaries.
function NamespaceObject(this: object): void {}
NamespaceObject.prototype = Object.create(null, {
  [Symbol.toStringTag]: { value: 'Module' },
});

/** An empty namespace; the code of a module defines its own exports on it. */
export function createNamespace(): Namespace {
  return new (NamespaceObject as unknown as new () => Namespace)();
}

/** Adds what `export * from` passes on: everything but the default, and nothing that is there. */
export function exportAll(namespace: Namespace, source: Namespace): void {
  for (const name of Object.keys(source)) {
    if (name === 'default' || name in namespace) continue;
    define(namespace, name, () => source[name]);
  }
}

/** What importing a CommonJS module gives: all of it as the default, and each property by its name. */
export function toNamespace(exports: unknown): Namespace {
  const namespace = createNamespace();
  define(namespace, 'default', () => exports);
  if (isObjectOrFunction(exports)) {
    for (const name of Object.keys(exports)) {
      if (name !== 'default') define(namespace, name, () => exports[name]);
    }
    // Compilers define it so that it is not listed.
    if ('__esModule' in exports) define(namespace, '__esModule', () => exports.__esModule);
  }
  // Versions of Node differ in whether they list it.
  Object.defineProperty(namespace, 'module.exports', { get: () => exports });
  return namespace;
}

/** What `require()` of an ES module gives, as Node has it. */
export function toRequired(namespace: Namespace): unknown {
  if ('module.exports' in namespace) return namespace['module.exports'];
  if (!('default' in namespace) || '__esModule' in namespace) return namespace;
  const required = createNamespace();
  for (const name of Object.keys(namespace)) define(required, name, () => namespace[name]);
  define(required, '__esModule', () => true);
  return required;
}

function define(namespace: Namespace, name: string, get: () => unknown): void {
  Object.defineProperty(namespace, name, { enumerable: true, configurable: true, get });
}

function isObjectOrFunction(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
