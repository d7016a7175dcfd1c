import type { Absence } from '@stagewire/config';
import { BackendError } from '@stagewire/errors';
import type { Diagnostic } from '@stagewire/wiring';

/** What is wrong with the command line itself: the command ends with the exit code for that. */
export class UsageError extends BackendError {}

/** Every refusal of the `stagewire` command. */
export const cliErrors = {
  noRepository: (folder: string) =>
    new BackendError(
      'E_CLI_NO_REPOSITORY',
      `there is no package.json in ${folder} or above it`,
      'call stagewire inside a repository, name one with --cwd, or make one: stagewire new backend',
    ),

  manifest: (file: string, error: unknown) =>
    new BackendError(
      'E_CLI_MANIFEST',
      `${file} cannot be read: ${(error as Error).message}`,
      'mend the JSON at that place',
      { cause: error },
    ),

  noPackages: (folder: string) =>
    new UsageError(
      'E_CLI_NO_PACKAGES',
      `there is no package of this repository in ${folder}`,
      'name the folder of a package, or one with packages in it: stagewire info lists them',
    ),

  programNoStart: (program: string) =>
    new BackendError(
      'E_CLI_PROGRAM_NO_START',
      `${program} ended without starting a backend`,
      'end the program with backend.start(), and do not wait for anything before it that only a running backend gives',
    ),

  programExited: (program: string, exitCode: number, words: string) =>
    new BackendError(
      'E_CLI_PROGRAM_EXITED',
      `${program} ended with exit code ${exitCode} before it started a backend${words ? `: ${words}` : ''}`,
      'mend what it tells, or move what ends it behind backend.start()',
    ),

  programForeign: (program: string) =>
    new BackendError(
      'E_CLI_PROGRAM_FOREIGN',
      `${program} asked for a port, and never started a backend that is known here`,
      "make the backend with createBackend() of '@stagewire/backend' or '@backstage/backend-defaults'",
    ),

  programPlanless: (program: string) =>
    new BackendError(
      'E_CLI_PROGRAM_PLANLESS',
      `${program} ended while its backend was still being planned`,
      'leave out what ends the process, such as process.exit(), or start the backend before it',
    ),

  programDied: (program: string, words: string) =>
    new BackendError(
      'E_CLI_PROGRAM_DIED',
      `the process of ${program} ended without a word${words ? `; it printed last: ${words}` : ''}`,
      'run it alone and look what it prints; the system may have had no memory left for it',
    ),

  programHangs: (program: string, milliseconds: number) =>
    new BackendError(
      'E_CLI_PROGRAM_HANGS',
      `${program} did not start a backend within ${Math.round(milliseconds / 1000)} s`,
      'look for what it waits for before backend.start(): a promise that nobody settles, a server that does not answer, a loop without end',
    ),

  newId: (thing: string, id: string, fault: string, better: string) =>
    new UsageError(
      'E_CLI_NEW_ID',
      `'${id}' cannot be the id of a ${thing}: ${fault}`,
      `take one such as ${better}`,
    ),

  newScope: (scope: string) =>
    new UsageError(
      'E_CLI_NEW_SCOPE',
      `package names cannot begin with '${scope}'`,
      'give a scope such as @acme, or all that stands before plugin-<id>, such as @acme/backstage-',
    ),

  newAnswer: (question: string, flag: string) =>
    new UsageError('E_CLI_NEW_ANSWER', `there is nobody to answer: ${question}`, `give ${flag}`),

  newExists: (path: string) =>
    new BackendError(
      'E_CLI_NEW_EXISTS',
      `${path} exists, and nothing is overwritten`,
      'take another name, or move away what is there',
    ),

  newNotEmpty: (folder: string, entries: readonly string[]) =>
    new BackendError(
      'E_CLI_NEW_NOT_EMPTY',
      `${folder} is not empty: it has ${entries.join(', ')}`,
      'call it in an empty folder, or name a new one: stagewire new backend <name>',
    ),

  newWrite: (error: unknown) =>
    new BackendError(
      'E_CLI_NEW_WRITE',
      `the files cannot be written: ${(error as Error).message}`,
      'see that the folder can be written to; whatever was made has been removed again',
      { cause: error },
    ),

  newNoWorkspaces: (root: string) =>
    new BackendError(
      'E_CLI_NEW_NO_WORKSPACES',
      `the package.json in ${root} has no workspaces, so there is no place for another package`,
      'add "workspaces": ["packages/*", "plugins/*"] to it, or make a repository: stagewire new backend',
    ),

  newPluginUnknown: (pluginId: string) =>
    new UsageError(
      'E_CLI_NEW_PLUGIN_UNKNOWN',
      `neither a plugin ${pluginId} nor a library of it is in this repository or installed`,
      `look whether the id is right, or install the library of the plugin and name it: --from @backstage/plugin-${pluginId}-node`,
    ),

  newLibrary: (name: string, why: string) =>
    new UsageError(
      'E_CLI_NEW_LIBRARY',
      `${name} cannot be used: ${why}`,
      'name the folder or name of a package of this repository with the role node-library, or an installed one',
    ),

  newExtensionPoint: (wanted: string, library: string, known: readonly string[]) =>
    new UsageError(
      'E_CLI_NEW_EXTENSION_POINT',
      `${library} has no extension point ${wanted}`,
      known.length > 0 ? `name one of ${known.join(', ')}, or none` : 'leave the flag out',
    ),

  noBackend: (root: string) =>
    new BackendError(
      'E_CLI_NO_BACKEND',
      `there is no backend in ${root}: no package with the role 'backend' and a program`,
      'name a program, such as packages/backend/src/index.ts, or set "backstage": { "role": "backend" } in the package.json of the backend',
    ),

  unknownBackend: (named: string, known: readonly string[]) =>
    new UsageError(
      'E_CLI_UNKNOWN_BACKEND',
      `there is no backend or program '${named}'`,
      `name ${known.length > 0 ? `one of ${known.join(', ')}` : 'a package with a program'}, or a program by its path`,
    ),

  unknownPlugin: (pluginId: string, known: readonly string[]) =>
    new UsageError(
      'E_CLI_UNKNOWN_PLUGIN',
      `there is no plugin '${pluginId}' in this backend`,
      `use one of ${known.join(', ')}`,
    ),

  noPlan: (backend: string, { code, problem, fix, culprits }: Diagnostic) =>
    new BackendError(
      code,
      `${backend} cannot be planned${culprits[0] ? ` (${culprits[0]})` : ''}: ${problem}`,
      fix,
    ),

  oneBackend: (backends: readonly string[]) =>
    new UsageError(
      'E_CLI_ONE_BACKEND',
      `there are ${backends.length} backends, and this format draws one: ${backends.join(', ')}`,
      'name the one to draw, such as: stagewire graph packages/backend --format svg',
    ),

  whichBackend: (backends: readonly string[]) =>
    new UsageError(
      'E_CLI_WHICH_BACKEND',
      `there are ${backends.length} backends: ${backends.join(', ')}`,
      `name the one that is meant, such as ${backends[0]} (behind -- with npm run), or call stagewire in its folder`,
    ),

  unknownPackage: (named: string) =>
    new UsageError(
      'E_CLI_UNKNOWN_PACKAGE',
      `'${named}' is no package of this repository with a module to load`,
      'name the folder or the name of a package of the workspace that has a src/index.ts or a main',
    ),

  devNoStart: (milliseconds: number) =>
    new BackendError(
      'E_CLI_DEV_NO_START',
      `the program was run again, and did not start its backend within ${Math.round(milliseconds / 1000)} s`,
      'let the program start its backend each time that it runs, and not wait for what only happens once; press r, or start the command anew, to start from nothing',
    ),

  devProxyUrl: (url: string) =>
    new UsageError(
      'E_CLI_DEV_PROXY_URL',
      `--proxy ${url} is not the URL of a backend`,
      'give the backend.baseUrl of one that runs, such as --proxy http://localhost:7007',
    ),

  devProxyToken: (pluginId: string) =>
    new BackendError(
      'E_CLI_DEV_PROXY_TOKEN',
      `plugin '${pluginId}' is in another backend, which does not take the tokens of this one`,
      'give a token that it takes with --token or STAGEWIRE_DEV_TOKEN: a static one of its backend.auth.externalAccess, or that of a user who is logged in there',
    ),

  devPort: (port: string) =>
    new UsageError(
      'E_CLI_DEV_PORT',
      `--port ${port} is not a port`,
      'give a number from 1 to 65535',
    ),

  devWatch: (reason: string) =>
    new BackendError(
      'E_CLI_DEV_WATCH',
      `the files of the repository cannot be followed: ${reason}`,
      'let the system follow more files (fs.inotify.max_user_watches on Linux), or close what follows many of them',
    ),

  buildOut: (folder: string) =>
    new UsageError(
      'E_CLI_BUILD_OUT',
      `${folder} is there, and is not a former build`,
      'name a new or empty folder with --out, or move away what is there',
    ),

  buildProgram: (program: string, reason: string) =>
    new BackendError(
      'E_CLI_BUILD_PROGRAM',
      `${program} cannot be bundled: ${reason}`,
      'mend the program at that place, and try it with: stagewire start',
    ),

  buildRun: (backend: string, { problem, culprits, fix }: Diagnostic) =>
    new BackendError(
      'E_CLI_BUILD_RUN',
      `${backend} runs where it is, but not as it was built${culprits[0] ? ` (${culprits[0]})` : ''}: ${problem}`,
      `name the package that it is about with --external, so that it stays as it is; or: ${fix}`,
    ),

  configAbsent: ({ key, kind, reason, remedy }: Absence) =>
    new BackendError(
      kind === 'variable' ? 'E_CLI_CONFIG_VARIABLE' : 'E_CLI_CONFIG_FILE',
      `'${key}' is treated as absent: ${reason}`,
      remedy,
    ),
};
