import { Option, type Command } from 'commander';
import type { CommandContext, CommandResult } from '../../command-context.js';
import type { RunnerFactory } from '../../create-program.js';
import { defineCommand, type CommandDefinition } from '../../define-command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import type { NewOptions } from './making.js';
import type { NewModuleOptions } from './new-module.js';
import type { NewPluginOptions } from './new-plugin.js';
import type { NewServiceOptions } from './new-service.js';
import { CancelledError } from './questions.js';

/** `stagewire new`: what it makes is loaded when it is made. */
export function createNewCommand(toRunner: RunnerFactory): Command {
  return defineCommand({
    name: 'new',
    summary: 'make a backend, plugin, module or service',
    description:
      'Makes packages with sources, tests and metadata, and adds them to the repository and to its backend. Asks for what is missing, where somebody is there to answer. Nothing is ever overwritten.',
    examples: [
      ['stagewire new backend', 'a repository, in an empty folder'],
      ['stagewire new plugin todo --node', 'a plugin with an extension point'],
      ['stagewire new module todo mail', 'a module of that plugin'],
      ['stagewire new service clock', 'something that several plugins need'],
    ],
  })
    .addCommand(createBackendCommand(toRunner))
    .addCommand(createPluginCommand(toRunner))
    .addCommand(createModuleCommand(toRunner))
    .addCommand(createServiceCommand(toRunner));
}

function createBackendCommand(toRunner: RunnerFactory): Command {
  const command = defineMaker({
    name: 'backend',
    summary: 'make a repository with a backend, or another backend in a repository',
    description:
      'In an empty folder, makes a repository with a backend; with a name, in a new folder. Inside of a repository, makes another backend in packages/<name>.',
    examples: [
      ['stagewire new backend', 'a repository, in this empty folder'],
      ['stagewire new backend portal --scope @acme', 'a repository, in the new folder portal'],
    ],
  }).argument('[name]', 'of the repository, or of the other backend');
  return command.action((name: string | undefined, options: NewOptions) =>
    make(toRunner(command), async (context) => {
      const { newBackend } = await import('./new-backend.js');
      return newBackend(context, name, options);
    }),
  );
}

function createPluginCommand(toRunner: RunnerFactory): Command {
  const command = defineMaker({
    name: 'plugin',
    summary: 'make a plugin',
    description:
      'Makes plugins/<id>-backend, with the libraries that are wanted, and adds it to a backend.',
    examples: [
      ['stagewire new plugin todo', 'a plugin with a route and its tests'],
      ['stagewire new plugin todo --node', 'with an extension point, for modules'],
      ['stagewire new plugin todo --node --common', 'with what a front end shares too'],
    ],
  })
    .argument('[id]', 'the id of the plugin: small letters, digits and dashes')
    .option('--node', 'make <id>-node, with an extension point')
    .option('--no-node', 'make no <id>-node, and do not ask')
    .option('--common', 'make <id>-common, for what front ends and backends share')
    .option('--no-common', 'make no <id>-common, and do not ask')
    .addOption(backendOption());
  // Beside --no-node, an absent --node would be true.
  command.setOptionValue('node', undefined).setOptionValue('common', undefined);
  return command.action((id: string | undefined, options: NewPluginOptions) =>
    make(toRunner(command), async (context) => {
      const { newPlugin } = await import('./new-plugin.js');
      return newPlugin(context, id, options);
    }),
  );
}

function createModuleCommand(toRunner: RunnerFactory): Command {
  const command = defineMaker({
    name: 'module',
    summary: 'make a module of a plugin',
    description:
      'Makes plugins/<plugin id>-backend-module-<module id>, which uses an extension point of the plugin, or answers a route of its own where the plugin has none, and adds it to a backend.',
    examples: [
      ['stagewire new module todo mail', 'for a plugin of this repository'],
      [
        'stagewire new module catalog people --from @backstage/plugin-catalog-node --extension-point catalogProcessingExtensionPoint',
        'for a published one',
      ],
    ],
  })
    .argument('[plugin id]', 'the id of the plugin that it extends')
    .argument('[module id]', 'its own id: small letters, digits and dashes')
    .option('--from <package>', 'the library that has the extension point')
    .option('--extension-point <name>', 'the extension point to use, or none')
    .addOption(backendOption());
  return command.action(
    (pluginId: string | undefined, moduleId: string | undefined, options: NewModuleOptions) =>
      make(toRunner(command), async (context) => {
        const { newModule } = await import('./new-module.js');
        return newModule(context, { pluginId, moduleId }, options);
      }),
  );
}

function createServiceCommand(toRunner: RunnerFactory): Command {
  const command = defineMaker({
    name: 'service',
    summary: 'make a service',
    description:
      'Makes a service with its interface, ref, factory, fake and tests: in packages/<name>-service, which is added to a backend, or in a library that is there.',
    examples: [
      ['stagewire new service clock', 'one for each plugin, in packages/clock-service'],
      ['stagewire new service clock --root', 'one for the whole backend'],
      ['stagewire new service clock --in plugins/todo-node', 'in the library of a plugin'],
    ],
  })
    .argument('[name]', 'of the service: small letters, digits and dashes')
    .option('--root', 'one for the whole backend, instead of one for each plugin')
    .option('--in <library>', 'the library that gets it: a folder or a package name')
    .addOption(backendOption());
  return command.action((name: string | undefined, options: NewServiceOptions) =>
    make(toRunner(command), async (context) => {
      const { newService } = await import('./new-service.js');
      return newService(context, name, options);
    }),
  );
}

/** A command that makes something, with the options that all of them have. */
function defineMaker(definition: CommandDefinition): Command {
  const command = defineCommand({ ...definition, hasJson: true })
    .option('-y, --yes', 'take the default of everything that has one, and ask nothing')
    .option('--scope <scope>', 'what package names begin with, such as @acme')
    .option('--install', 'install the packages at the end (default: where they are installed)')
    .option('--no-install', 'do not install them');
  return command.setOptionValue('install', undefined);
}

function backendOption(): Option {
  return new Option('--backend <folder>', 'the backend that gets it, where there are several');
}

/** Leaving a question is no failure, and nothing has been made by then. */
function make(
  runner: ReturnType<RunnerFactory>,
  run: (context: CommandContext) => Promise<CommandResult>,
): Promise<void> {
  return runner(async (context) => {
    try {
      return await run(context);
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
      return { text: 'Nothing was made.', exitCode: EXIT_CODES.interrupted };
    }
  });
}
