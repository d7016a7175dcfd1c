import type { CommandContext, CommandResult } from '../../command-context.js';
import { cliErrors } from '../../errors.js';
import type { Manifest, RepositoryPackage } from '../../repository/repository.js';
import { addPackage } from './add-package.js';
import { addToBackend, chooseBackend } from './add-to-backend.js';
import { finish } from './finish.js';
import { beginIn, choosePrefix, type Making, type NewOptions } from './making.js';
import { assertId } from './names.js';
import { sortKeys, type Neighbour } from './templates/package.js';
import {
  renderService,
  renderServiceExports,
  renderServiceReadme,
  type ServiceTemplate,
} from './templates/service.js';
import { toTestCommand } from './test-command.js';

/** The options of `stagewire new service`. */
export type NewServiceOptions = NewOptions & {
  /** A library of the repository that gets the service; a package of its own without. */
  in?: string;
  /** One for the whole backend, instead of one for each plugin. */
  root?: boolean;
  backend?: string;
};

/** `stagewire new service`: a service in a package of its own, or in a library that is there. */
export async function newService(
  context: CommandContext,
  given: string | undefined,
  options: NewServiceOptions,
): Promise<CommandResult> {
  const making = beginIn(context, options);
  const serviceName = await chooseName(making, given);
  const scope = options.root ? 'root' : 'plugin';
  const place =
    options.in === undefined
      ? await addServicePackage(making, { serviceName, scope }, options)
      : addToLibrary(making, { serviceName, scope }, options.in);
  return finish(making, options, {
    what: `service ${serviceName}`,
    next: [toTestCommand(making.layout, place)],
  });
}

async function chooseName({ questions }: Making, given: string | undefined): Promise<string> {
  const name =
    given ??
    (await questions.text({
      message: 'Name of the service?',
      flag: 'its name: stagewire new service <name>',
      check: (text) => assertId('service', text),
    }));
  return assertId('service', name);
}

type Service = Pick<ServiceTemplate, 'serviceName' | 'scope'>;

async function addServicePackage(
  making: Making,
  service: Service,
  options: NewServiceOptions,
): Promise<Neighbour> {
  const { layout } = making;
  const { serviceName } = service;
  const prefix = await choosePrefix(making, options);
  const backend = await chooseBackend(making, options.backend);
  const template = { ...service, refId: `${serviceName}.service`, hasDefaultFactory: false };
  const name = `${prefix}${serviceName}-service`;
  const added = addPackage(making, {
    folder: `packages/${serviceName}-service`,
    name,
    description: `The service ${serviceName}, for plugins to depend on.`,
    role: 'node-library',
    pluginId: null,
    dependencies: [layout.api],
    devDependencies: [layout.testing],
    readme: renderServiceReadme(template, name),
    files: {
      'src/index.ts': renderServiceExports(layout, template, { hasDefaultExport: true }),
      ...renderService(layout, template),
    },
  });
  addToBackend(making, backend, added);
  return added;
}

/** The ref brings its factory there, as a library has more in it than one feature to add. */
function addToLibrary(making: Making, service: Service, wanted: string): Neighbour {
  const { layout, changes } = making;
  const library = findLibrary(making, wanted);
  const { folder, manifest, name } = library;
  const { pluginId } = manifest.backstage ?? {};
  const owner = typeof pluginId === 'string' ? pluginId : service.serviceName;
  const refId = `${owner}.${owner === service.serviceName ? 'service' : service.serviceName}`;
  const template = { ...service, refId, hasDefaultFactory: true };

  for (const [path, text] of Object.entries(renderService(layout, template))) {
    changes.makeFile(`${folder}/${path}`, text);
  }
  const index = `${folder}/src/index.ts`;
  const text = changes.read(index);
  if (text === undefined) throw cliErrors.newLibrary(wanted, `it has no src/index.ts`);
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  const lines = renderServiceExports(layout, template, { hasDefaultExport: false });
  changes.change(index, `${text}${gap}${lines}`);
  changes.changeJson<Manifest>(`${folder}/package.json`, (before) => ({
    ...before,
    dependencies: sortKeys({ [layout.api]: layout.range(layout.api), ...before.dependencies }),
    devDependencies: sortKeys({
      [layout.testing]: layout.range(layout.testing),
      ...before.devDependencies,
    }),
  }));
  return { name, folder, version: manifest.version ?? '0.0.0' };
}

/** @throws `E_CLI_NEW_LIBRARY` */
function findLibrary({ repository }: Making, wanted: string): RepositoryPackage {
  const bare = wanted.replace(/^\.\//, '').replace(/\/$/, '');
  const found = repository.packages.find(({ name, folder }) => name === bare || folder === bare);
  if (!found) throw cliErrors.newLibrary(wanted, 'it is not in this repository');
  if (found.role !== 'node-library') {
    throw cliErrors.newLibrary(wanted, `its role is ${found.role ?? 'none'}`);
  }
  return found;
}
