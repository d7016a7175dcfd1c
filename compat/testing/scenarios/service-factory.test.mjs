import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { mockServices, ServiceFactoryTester } from '@backstage/backend-test-utils';

const mailRef = createServiceRef({ id: 'mail' });
const postOfficeRef = createServiceRef({ id: 'post-office', scope: 'root' });
const stampRef = createServiceRef({ id: 'stamp', multiton: true });

const mailFactory = createServiceFactory({
  service: mailRef,
  deps: {
    config: coreServices.rootConfig,
    plugin: coreServices.pluginMetadata,
    postOffice: postOfficeRef,
  },
  createRootContext: ({ config }) => ({ from: config.getString('mail.from') }),
  factory: ({ plugin, postOffice }, { from }) => ({
    send: (text) => postOffice.letters.push(`${from} ${plugin.getId()}: ${text}`),
  }),
});

const postOfficeFactory = createServiceFactory({
  service: postOfficeRef,
  deps: {},
  factory: () => ({ letters: [] }),
});

const createTester = () =>
  ServiceFactoryTester.from(mailFactory, {
    dependencies: [
      postOfficeFactory,
      mockServices.rootConfig.factory({ data: { mail: { from: 'portal' } } }),
    ],
  });

describe('a service factory', () => {
  it('makes its service for the plugin of the test', async () => {
    const tester = createTester();

    const mail = await tester.getSubject();
    mail.send('hello');

    expect((await tester.getService(postOfficeRef)).letters).toEqual(['portal test: hello']);
  });

  it('makes one for each plugin, which share root services', async () => {
    const tester = createTester();

    (await tester.getSubject('a')).send('one');
    (await tester.getSubject('b')).send('two');

    expect(await tester.getSubject('a')).toBe(await tester.getSubject('a'));
    expect(await tester.getSubject('a')).not.toBe(await tester.getSubject('b'));
    expect((await tester.getService(postOfficeRef)).letters).toEqual([
      'portal a: one',
      'portal b: two',
    ]);
  });

  it('makes a root service', async () => {
    const tester = ServiceFactoryTester.from(postOfficeFactory);

    expect(await tester.getSubject()).toEqual({ letters: [] });
  });

  it('makes all of a multiton', async () => {
    const stamp = (value) =>
      createServiceFactory({ service: stampRef, deps: {}, factory: () => value });
    const tester = ServiceFactoryTester.from(stamp('red'), { dependencies: [stamp('blue')] });

    expect((await tester.getSubject()).toSorted()).toEqual(['blue', 'red']);
    expect(await tester.getService(stampRef)).toHaveLength(2);
  });

  it('has the services of a test backend to depend on', async () => {
    const tester = createTester();

    const auth = await tester.getService(coreServices.auth, 'todo');

    expect((await auth.getOwnServiceCredentials()).principal.subject).toBe('plugin:todo');
  });

  it('tells which service is missing', async () => {
    await expect(
      ServiceFactoryTester.from(mailFactory, {
        dependencies: [mockServices.rootConfig.factory({ data: { mail: { from: 'portal' } } })],
      }).getSubject(),
    ).rejects.toThrow(/post-office/);
    await expect(createTester().getService(createServiceRef({ id: 'nobody' }))).rejects.toThrow(
      "Service 'nobody' not found",
    );
  });

  it('uses the default factory of a ref', async () => {
    const clockRef = createServiceRef({
      id: 'clock',
      defaultFactory: async (service) =>
        createServiceFactory({ service, deps: {}, factory: () => ({ now: () => 7 }) }),
    });

    expect((await createTester().getService(clockRef)).now()).toBe(7);
  });
});
