import { mockCredentials, mockServices } from '@backstage/backend-test-utils';

/** What is tested: it calls another plugin in the name of the user. */
async function fetchTodos({ auth, discovery, cache, logger }, credentials) {
  const cached = await cache.get('todos');
  if (cached) return cached;
  const { token } = await auth.getPluginRequestToken({
    onBehalfOf: credentials,
    targetPluginId: 'todo',
  });
  const baseUrl = await discovery.getBaseUrl('todo');
  logger.info('asking', { baseUrl });
  const found = `${baseUrl} ${token}`;
  await cache.set('todos', found, { ttl: 1000 });
  return found;
}

const createMocks = () => ({
  auth: mockServices.auth.mock({
    getPluginRequestToken: async () => ({ token: 'mock-token' }),
  }),
  discovery: mockServices.discovery.mock({ getBaseUrl: async (id) => `http://host/api/${id}` }),
  cache: mockServices.cache.mock(),
  logger: mockServices.logger.mock(),
});

describe('mocks of services', () => {
  it('do what the test says, and remember how they were called', async () => {
    const services = createMocks();
    const credentials = mockCredentials.user();

    const found = await fetchTodos(services, credentials);

    expect(found).toBe('http://host/api/todo mock-token');
    expect(services.auth.getPluginRequestToken).toHaveBeenCalledWith({
      onBehalfOf: credentials,
      targetPluginId: 'todo',
    });
    expect(services.cache.set).toHaveBeenCalledWith('todos', found, { ttl: 1000 });
    expect(services.logger.info).toHaveBeenLastCalledWith('asking', {
      baseUrl: 'http://host/api/todo',
    });
    expect(services.logger.error).not.toHaveBeenCalled();
  });

  it('return what they are told to', async () => {
    const services = createMocks();
    services.cache.get.mockResolvedValueOnce('kept');

    expect(await fetchTodos(services, mockCredentials.user())).toBe('kept');
    expect(services.discovery.getBaseUrl).not.toHaveBeenCalled();

    expect(await fetchTodos(services, mockCredentials.user())).toBe(
      'http://host/api/todo mock-token',
    );
    expect(services.cache.get).toHaveBeenCalledTimes(2);
  });

  it('fail when the test wants them to', async () => {
    const services = createMocks();
    services.auth.getPluginRequestToken.mockRejectedValue(new Error('no token today'));

    await expect(fetchTodos(services, mockCredentials.user())).rejects.toThrow('no token today');
  });

  it('forget, and can be told anew', async () => {
    const { discovery } = createMocks();
    await discovery.getBaseUrl('a');

    discovery.getBaseUrl.mockClear();
    expect(discovery.getBaseUrl).not.toHaveBeenCalled();
    discovery.getBaseUrl.mockImplementation(async () => 'elsewhere');

    expect(await discovery.getBaseUrl('b')).toBe('elsewhere');
    expect(discovery.getBaseUrl.mock.calls).toEqual([['b']]);
  });

  it('are loggers whose children are mocks too', () => {
    const logger = mockServices.logger.mock();

    const child = logger.child({ part: 'a' });
    child.warn('careful');

    expect(logger.child).toHaveBeenCalledWith({ part: 'a' });
    expect(child.warn).toHaveBeenCalledWith('careful');
  });

  it.each([
    ['auditor', 'createEvent'],
    ['httpAuth', 'credentials'],
    ['httpRouter', 'use'],
    ['lifecycle', 'addShutdownHook'],
    ['permissionsRegistry', 'addPermissions'],
    ['rootConfig', 'getOptionalString'],
    ['rootHealth', 'getLiveness'],
    ['rootHttpRouter', 'use'],
    ['rootLifecycle', 'addBeforeShutdownHook'],
    ['rootLogger', 'info'],
    ['rootInstanceMetadata', 'getInstalledPlugins'],
    ['urlReader', 'readUrl'],
    ['userInfo', 'getUserInfo'],
  ])('are there for every service: %s', async (name, method) => {
    const mock = mockServices[name].mock();

    await mock[method]('anything');

    expect(mock[method]).toHaveBeenCalledWith('anything');
    expect(mock.factory).toMatchObject({ $$type: '@backstage/BackendFeature' });
  });
});
