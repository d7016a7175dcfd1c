import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { todoPlugin } from '../plugins/todo.mjs';

describe('the logger of a plugin', () => {
  it('is seen by a mock', async () => {
    const logger = mockServices.logger.mock();

    await startTestBackend({ features: [todoPlugin, logger.factory] });

    expect(logger.info).toHaveBeenCalledWith('ready with 0 seeds');
    expect(logger.error).not.toHaveBeenCalled();
  });

  it('is silent, unless it has a level', () => {
    const silent = mockServices.rootLogger();

    expect(() => silent.child({ plugin: 'todo' }).info('nobody hears')).not.toThrow();
    expect(() => mockServices.rootLogger({ level: 'none' }).error('nobody hears')).not.toThrow();
  });

  it('may be one of the test', async () => {
    const lines = [];
    const note = (message) => void lines.push(message);
    const root = mockServices.rootLogger.mock({ info: note });
    root.child.mockImplementation(() => root);

    await startTestBackend({ features: [todoPlugin, root.factory] });

    expect(lines).toContain('ready with 0 seeds');
  });
});
