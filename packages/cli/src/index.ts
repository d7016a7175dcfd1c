export { EXIT_CODES, type ExitCode } from './exit-codes.js';
export { runCommandLine, type CommandLineOptions } from './run-command-line.js';
