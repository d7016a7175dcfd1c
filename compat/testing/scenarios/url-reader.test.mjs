import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { NotFoundError } from '@backstage/errors';

const createReader = (read) =>
  createBackendPlugin({
    pluginId: 'reader',
    register(env) {
      env.registerInit({
        deps: { urlReader: coreServices.urlReader, cache: coreServices.cache },
        init: read,
      });
    },
  });

describe('reading by URL', () => {
  it('is answered by a mock', async () => {
    let text;
    const urlReader = mockServices.urlReader.mock();
    urlReader.readUrl.mockResolvedValue({ buffer: async () => Buffer.from('hello'), etag: '1' });

    await startTestBackend({
      features: [
        createReader(async (deps) => {
          const file = await deps.urlReader.readUrl('https://host/file.txt');
          text = String(await file.buffer());
        }),
        urlReader.factory,
      ],
    });

    expect(text).toBe('hello');
    expect(urlReader.readUrl).toHaveBeenCalledWith('https://host/file.txt');
  });

  it('fails as the mock does', async () => {
    let failure;
    const urlReader = mockServices.urlReader.mock({
      readTree: async () => {
        throw new NotFoundError('no tree');
      },
    });

    await startTestBackend({
      features: [
        createReader(async (deps) => {
          failure = await deps.urlReader.readTree('https://host/tree').catch((error) => error);
        }),
        urlReader.factory,
      ],
    });

    expect(failure).toMatchObject({ name: 'NotFoundError', message: 'no tree' });
  });

  it('is refused where nothing is configured', async () => {
    let failure;

    await startTestBackend({
      features: [
        createReader(async (deps) => {
          failure = await deps.urlReader.readUrl('https://elsewhere.test/x').catch((e) => e);
        }),
      ],
    });

    expect(failure).toMatchObject({ name: 'NotAllowedError' });
  });

  it('may be kept in the cache, which is real', async () => {
    let kept;

    await startTestBackend({
      features: [
        createReader(async ({ cache }) => {
          await cache.set('etag', 'one');
          kept = [await cache.get('etag'), await cache.get('none')];
        }),
      ],
    });

    expect(kept).toEqual(['one', undefined]);
  });
});
