import {
  coreServices,
  createServiceFactory,
  externalTokenHandlersServiceRef,
  pluginTokenHandlerDecoratorServiceRef,
  type AuthService,
  type DatabaseService,
  type DiscoveryService,
  type ExternalTokenHandler,
  type LoggerService,
  type PluginMetadataService,
  type PluginTokenHandler,
  type RootConfigService,
} from '@stagewire/plugin-api';
import { DatabasePluginKeys } from './database-plugin-keys.js';
import { DefaultAuthService } from './default-auth-service.js';
import { DefaultPluginTokenHandler } from './default-plugin-token-handler.js';
import { authErrors } from './errors.js';
import { ExternalAccess } from './external-access.js';
import type { PluginKeys } from './plugin-keys.js';
import { PublicKeyTable } from './public-key-table.js';
import { SharedAuth } from './shared-auth.js';
import { UserTokenHandler } from './user-token-handler.js';

/**
 * Tokens between plugins, of users, and from outside.
 *
 * @remarks
 * Nothing is made, opened or loaded for a plugin before its first token: no key, no database
 * client, no request for keys.
 *
 * @throws the errors of `backend.auth`: `E_AUTH_KEY_STORE_TYPE`, `E_AUTH_STATIC_…`,
 *   `E_AUTH_EXTERNAL_…`, `E_AUTH_ACCESS_RESTRICTION`
 * @public
 */
export const authServiceFactory = createServiceFactory({
  service: coreServices.auth,
  deps: {
    config: coreServices.rootConfig,
    logger: coreServices.logger,
    discovery: coreServices.discovery,
    plugin: coreServices.pluginMetadata,
    database: coreServices.database,
    pluginTokenHandlerDecorator: pluginTokenHandlerDecoratorServiceRef,
    externalTokenHandlers: externalTokenHandlersServiceRef,
  },
  createRootContext: ({ config }) => new SharedAuth(config),
  factory(deps, shared) {
    const pluginId = deps.plugin.getId();
    const keys = shared.keysOf(pluginId, () => createPluginKeys({ ...deps, pluginId, shared }));
    // Waited for only where they are read from files: a start has this to do for each plugin.
    return keys instanceof Promise
      ? keys.then((read) => createAuthService(deps, shared, read))
      : createAuthService(deps, shared, keys);
  },
});

type AuthDeps = {
  config: RootConfigService;
  logger: LoggerService;
  discovery: DiscoveryService;
  plugin: PluginMetadataService;
  pluginTokenHandlerDecorator: (handler: PluginTokenHandler) => PluginTokenHandler;
  externalTokenHandlers: ExternalTokenHandler<unknown>[];
};

function createAuthService(deps: AuthDeps, shared: SharedAuth, keys: PluginKeys): AuthService {
  const { config, logger, discovery, plugin, pluginTokenHandlerDecorator } = deps;
  const pluginId = plugin.getId();
  const common = { pluginId, logger, discovery, shared };
  return new DefaultAuthService({
    pluginId,
    logger,
    keys,
    pluginTokens: pluginTokenHandlerDecorator(new DefaultPluginTokenHandler({ ...common, keys })),
    userTokens: new UserTokenHandler(common),
    externalAccess: new ExternalAccess({
      pluginId,
      logger,
      rules: shared.externalAccess.read(deps.externalTokenHandlers, logger),
    }),
    isDefaultPolicyDisabled:
      config.getOptionalBoolean('backend.auth.dangerouslyDisableDefaultAuthPolicy') ?? false,
  });
}

function createPluginKeys(options: {
  config: RootConfigService;
  logger: LoggerService;
  database: DatabaseService;
  pluginId: string;
  shared: SharedAuth;
}): PluginKeys | Promise<PluginKeys> {
  const { config, logger, database, pluginId, shared } = options;
  const type = config.getOptionalString('backend.auth.pluginKeyStore.type') ?? 'database';
  if (type === 'database') {
    return new DatabasePluginKeys({
      table: new PublicKeyTable({ database, logger }),
      logger,
      onNewKey: (key) => shared.localKeys.add(pluginId, key),
    });
  }
  if (type !== 'static') throw authErrors.keyStoreType(type);

  return shared.readStaticKeys().then((keys) => {
    for (const key of keys.publicKeys) shared.localKeys.add(pluginId, key);
    return keys;
  });
}
