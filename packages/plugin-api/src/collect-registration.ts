import type { ConnectionRegistrationPoints } from './declare-connection.js';
import { pluginApiErrors } from './errors.js';
import type { BackendModuleRegistrationPoints } from './registration-points.js';
import type {
  ConnectionDeclaration,
  ExtensionPointRegistration,
  ExtensionPointShape,
  InitRegistration,
} from './shapes.js';

/** What plugins and modules register alike. */
export type CollectedRegistration = {
  extensionPoints: ExtensionPointRegistration[];
  connections: ConnectionDeclaration[];
  init: InitRegistration;
};

/** Whose registration it is, in the words of the different messages. */
export type RegistrationOwner = {
  /** `plugin 'todo'`, `module 'github' for plugin 'todo'` */
  long: string;
  /** `todo`, `github module for todo` */
  short: string;
};

/** Runs the author's `register`, and collects what it registers. */
export function collectRegistration(
  owner: RegistrationOwner,
  register: (reg: BackendModuleRegistrationPoints & ConnectionRegistrationPoints) => void,
): CollectedRegistration {
  const extensionPoints: ExtensionPointRegistration[] = [];
  const connections: ConnectionDeclaration[] = [];
  let init: InitRegistration | undefined;

  register({
    registerExtensionPoint(...args: ExtensionPointArgs) {
      if (init) throw pluginApiErrors.registeredAfterInit('registerExtensionPoint', owner.long);
      extensionPoints.push(toExtensionPointRegistration(args));
    },

    registerConnection(declaration) {
      if (init) throw pluginApiErrors.registeredAfterInit('registerConnection', owner.long);
      if (connections.some(({ type }) => type === declaration.type)) {
        throw pluginApiErrors.duplicateConnection(declaration.type, owner.long);
      }
      connections.push(declaration);
    },

    registerInit(options) {
      if (init) throw pluginApiErrors.initRegisteredTwice(owner.long);
      init = {
        deps: options.deps,
        // Async, so that what the author throws always arrives as a rejection.
        func: async (deps) => options.init(deps as Parameters<typeof options.init>[0]),
      };
    },
  });

  if (!init) throw pluginApiErrors.initNotRegistered(owner.short, owner.long);
  return { extensionPoints, connections, init };
}

/** Either `(ref, implementation)` or `({ extensionPoint, factory })`. */
type ExtensionPointArgs = [
  first: ExtensionPointShape | ExtensionPointRegistration,
  implementation?: unknown,
];

function toExtensionPointRegistration(args: ExtensionPointArgs): ExtensionPointRegistration {
  const [first, implementation] = args;
  if ('extensionPoint' in first) {
    return { extensionPoint: first.extensionPoint, factory: (context) => first.factory(context) };
  }
  return { extensionPoint: first, factory: () => implementation };
}
