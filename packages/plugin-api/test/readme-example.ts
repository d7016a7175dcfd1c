import { coreServices, createBackendPlugin } from '@stagewire/plugin-api';

export const greetingPlugin = createBackendPlugin({
  pluginId: 'greeting',
  register(reg) {
    reg.registerInit({
      deps: { logger: coreServices.logger, httpRouter: coreServices.httpRouter },
      async init({ logger, httpRouter }) {
        httpRouter.use((_req, res) => {
          res.json({ message: 'Hello!' });
        });
        logger.info('Greetings are ready');
      },
    });
  },
});
