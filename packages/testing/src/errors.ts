import { AuthenticationError, BackendError, explain, NotFoundError } from '@stagewire/errors';

/** Every refusal of the fakes that is not one of the service that they stand for. */
export const testingErrors = {
  userRef: (ref: string) =>
    explain(
      new TypeError(`Invalid user entity reference '${ref}', expected <kind>:<namespace>/<name>`),
      'E_MOCK_USER_REF',
      `write the whole reference, such as user:default/${ref.replace(/^.*[:/]/, '') || 'mock'}`,
    ),

  url: (url: string, known: readonly string[]) =>
    explain(
      new NotFoundError(`could not read ${url}, 404 Not Found`),
      'E_MOCK_URL',
      `add it to the files of mockServices.urlReader, which are ${known.join(', ') || 'none'}`,
    ),

  token: (problem: string) => new AuthenticationError(problem),

  extensionPoint: (ids: readonly string[]) =>
    explain(
      new Error(
        `Unable to determine the plugin ID of extension point(s) ${ids.map((id) => `'${id}'`).join(', ')}. Tested extension points must be depended on by one or more tested modules.`,
      ),
      'E_TEST_EXTENSION_POINT',
      'add the module that depends on it to the features of startTestBackend, or leave the extension point out',
    ),

  server: () =>
    explain(
      new Error('TestBackend server is not available'),
      'E_TEST_SERVER',
      'leave out the root HTTP router among the features of startTestBackend, or send requests to the server of that one',
    ),

  backendStopped: (path: string) =>
    explain(
      new Error(`The backend has stopped, and does not answer ${path} any more`),
      'E_TEST_BACKEND_STOPPED',
      'await what is asked before backend.stop(), or before the end of the block with `await using backend`',
    ),

  requestPath: (path: string) =>
    explain(
      new TypeError(`backend.request() got '${path}', which is not a path of this backend`),
      'E_TEST_REQUEST_PATH',
      "write what comes after the host, with a slash at its beginning, such as '/api/todo/items'",
    ),

  serviceMissing: (id: string) =>
    explain(
      new Error(`Service '${id}' not found`),
      'E_TEST_SERVICE_MISSING',
      `add a factory for ${id} to the dependencies of ServiceFactoryTester.from`,
    ),

  hooks: (name: string) =>
    new BackendError(
      'E_MOCK_HOOKS',
      `${name} needs beforeAll, afterEach and afterAll in the global scope`,
      'run with the globals of the test framework: test.globals in Vitest, injectGlobals in Jest',
    ),

  directory: (path: string) =>
    explain(
      new Error(`Provided path must resolve to a child path of the mock directory, got '${path}'`),
      'E_MOCK_DIRECTORY',
      'name files by paths relative to the directory, without ..',
    ),

  tmpDir: () =>
    explain(
      new Error('Cannot mock os.tmpdir() when it has already been mocked'),
      'E_MOCK_TMPDIR',
      'dispose of the directory that has mockOsTmpDir before another one takes it: write using',
    ),

  peerPort: (pluginId: string, port: number, cause: unknown) =>
    new BackendError(
      'E_MOCK_PEER_PORT',
      `the peer '${pluginId}' cannot listen on 127.0.0.1:${port} (${cause})`,
      'make a new peer, and a new backend that is told of it',
      { cause },
    ),

  peerAlone: (pluginId: string) =>
    new BackendError(
      'E_MOCK_PEER_ALONE',
      `the peer '${pluginId}' is to stand in front of a plugin, and no backend was told of it`,
      'add mockServices.discovery.factory({ peers: [peer] }) to the backend',
    ),

  clock: () =>
    new BackendError(
      'E_MOCK_CLOCK',
      'there is a fake clock already, and a process has one time only',
      'restore it first: write `using clock = fakeClock()`, or call clock.restore(), vi.useRealTimers() or jest.useRealTimers()',
    ),

  clockTime: (problem: string) =>
    new BackendError(
      'E_MOCK_CLOCK_TIME',
      problem,
      "write clock.advance({ minutes: 5 }) or milliseconds, and clock.setTo('2030-01-31T12:00:00Z')",
    ),

  serverId: (what: string, id: string, supported: readonly string[]) =>
    explain(
      new Error(
        `Unsupported test ${what} ${id} for this environment, possible values are ${supported.join(', ') || 'none'}`,
      ),
      'E_TEST_SERVER_ID',
      'ask supports(id) first, or take the ids of eachSupportedId(); what is left out was told in a line',
    ),
};
