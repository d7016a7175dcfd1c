import { Command } from 'commander';
import type { CommandContext, CommandResult } from './command-context.js';

/** Runs what a command does, and tells what it comes to. */
export type CommandRunner = (
  run: (context: CommandContext) => Promise<CommandResult>,
) => Promise<void>;

/** What a command looks like from outside. */
export type CommandDefinition = {
  /** Name and arguments, as commander has them: `check [folder]`. */
  name: string;
  /** One line, in the list of commands. */
  summary: string;
  /** What it does, in a few sentences. */
  description: string;
  /** Command lines that work, each with what it is for. */
  examples: ReadonlyArray<readonly [commandLine: string, purpose: string]>;
  /** Whether it has `--json`. */
  hasJson?: boolean;
};

/** Makes a command that shows examples in its help. */
export function defineCommand(definition: CommandDefinition): Command {
  const { name, summary, description, examples, hasJson } = definition;
  const [word, ...parameters] = name.split(' ');
  const command = new Command(word).summary(summary).description(description);
  for (const parameter of parameters) command.argument(parameter);
  if (hasJson) command.option('--json', 'print the result as JSON, for programs');
  return command.addHelpText('after', `\n${formatExamples(examples)}`);
}

function formatExamples(examples: CommandDefinition['examples']): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, purpose]) => `  $ ${line.padEnd(width)}  # ${purpose}`);
  return ['Examples:', ...lines].join('\n');
}
