import type { ServiceFactory, ServiceRef } from '@stagewire/plugin-api';
import {
  isMockFunction,
  mockFunction,
  type AnyFunction,
  type MockInstance,
} from './mock-function.js';
import { withFactory } from './with-factory.js';

/**
 * A service whose methods are mock functions, and how a backend gets this very one.
 *
 * @public
 */
export type ServiceMock<TService> = {
  [Key in keyof TService]: TService[Key] extends (...args: infer Arguments) => infer Return
    ? TService[Key] & MockInstance<Return, Arguments>
    : TService[Key];
} & {
  readonly factory: ServiceFactory<TService>;
};

/** The methods of a mock, as mock functions of this package or of a test framework. @public */
export type ServiceMockMethods<TService> = {
  [Key in keyof TService]: TService[Key] extends AnyFunction | undefined
    ? AnyFunction & { mockImplementation(implementation: AnyFunction): unknown }
    : TService[Key];
};

/**
 * Makes what makes mocks of a service: `mockServices.<name>.mock` for a service of your own.
 *
 * @example
 * ```ts
 * const mockMail = createServiceMock(mailServiceRef, () => ({ send: mockFunction() }));
 *
 * const mail = mockMail({ send: async () => {} });
 * backend.add(mail.factory);
 * assert.equal(mail.send.mock.calls.length, 1);
 * ```
 *
 * @param createMethods - called for each mock; `jest.fn()` and `vi.fn()` will do as well
 * @returns a function that takes some of the methods, to be called and recorded, and all that is no
 *   function, to be there as it is
 * @public
 */
export function createServiceMock<TService>(
  service: ServiceRef<TService, any>,
  createMethods: () => ServiceMockMethods<TService>,
): (partial?: Partial<TService>) => ServiceMock<TService> {
  return (partial = {}) => {
    const mock = createMethods() as Record<string, unknown>;
    for (const [key, value] of Object.entries(partial)) mock[key] = merge(mock[key], value);
    const singleton = service as ServiceRef<TService, any, 'singleton'>; // a mock stands for one
    return withFactory(singleton, mock as TService) as unknown as ServiceMock<TService>;
  };
}

function merge(method: unknown, value: unknown): unknown {
  if (typeof value !== 'function') return value;
  if (!isMockFunction(method)) return mockFunction(value as AnyFunction);
  return method.mockImplementation(value as AnyFunction);
}
