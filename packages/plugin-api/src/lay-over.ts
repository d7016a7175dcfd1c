/**
 * Lays the members of a plain object over an instance.
 *
 * @remarks
 * Instances keep their methods on a class and their state in private fields, so spreading them loses
 * the one, and inheriting from them the other. Here, methods that are not overridden run on the
 * inner instance itself.
 *
 * @returns what behaves like `inner` but for the members of `outer`; `outer` itself where it is no
 *   plain object, or `inner` is none that has members
 */
export function layOver(inner: unknown, outer: unknown): unknown {
  if (outer === inner || !isPlain(outer) || typeof inner !== 'object' || inner === null) {
    return outer;
  }
  return new Proxy(Object.create(Object.getPrototypeOf(inner)), membersOf(inner, outer));
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Symbols that the language itself asks for. */
const LANGUAGE = new Set<symbol>([Symbol.iterator, Symbol.asyncIterator, Symbol.toPrimitive]);

type Method = (...args: unknown[]) => unknown;

function membersOf(inner: object, outer: object): ProxyHandler<object> {
  const bound = new WeakMap<Method, Method>();
  const ownerOf = (key: PropertyKey) => (Object.hasOwn(outer, key) ? outer : inner);
  // Methods behind symbols are doors for the makers of a service, and would go past what is laid
  // over it; who disposes of what was made disposes of the inner instance anyhow.
  const isDoor = (key: PropertyKey) =>
    typeof key === 'symbol' &&
    !LANGUAGE.has(key) &&
    !Object.hasOwn(outer, key) &&
    typeof Reflect.get(inner, key) === 'function';
  const read = (key: PropertyKey, receiver: unknown): unknown => {
    if (Object.hasOwn(outer, key)) return Reflect.get(outer, key, receiver);
    if (isDoor(key)) return undefined;
    const value: unknown = Reflect.get(inner, key);
    return typeof value === 'function' && key !== 'constructor'
      ? bindOnce(value as Method, inner, bound)
      : value;
  };
  return {
    get: (_, key, receiver) => read(key, receiver),
    set: (_, key, value) => Reflect.set(ownerOf(key), key, value),
    defineProperty: (_, key, descriptor) => Reflect.defineProperty(ownerOf(key), key, descriptor),
    deleteProperty: (_, key) => Reflect.deleteProperty(ownerOf(key), key),
    has: (_, key) => key in outer || (key in inner && !isDoor(key)),
    ownKeys: () => {
      const keys = new Set([...Reflect.ownKeys(inner), ...Reflect.ownKeys(outer)]);
      return [...keys].filter((key) => !isDoor(key));
    },
    getOwnPropertyDescriptor: (target, key) => {
      const found = Reflect.getOwnPropertyDescriptor(ownerOf(key), key);
      if (!found) return undefined;
      const { enumerable } = found;
      return { value: read(key, target), writable: true, enumerable, configurable: true };
    },
  };
}

/** The same method is the same function each time it is read, so that listeners can be removed. */
function bindOnce(method: Method, owner: object, bound: WeakMap<Method, Method>): Method {
  let known = bound.get(method);
  if (!known) {
    // A class or a mock has members of its own, which a bound function would lose.
    known = Object.keys(method).length > 0 ? method : (method.bind(owner) as Method);
    bound.set(method, known);
  }
  return known;
}
