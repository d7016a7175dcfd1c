import type { Plan } from '@stagewire/wiring';
import { Option, type Command } from 'commander';
import type { CommandContext, CommandResult } from '../../command-context.js';
import type { RunnerFactory } from '../../create-program.js';
import { defineCommand } from '../../define-command.js';
import { cliErrors } from '../../errors.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { planProgram } from '../../program/plan-program.js';
import { selectBackends, toProgramArguments } from '../../program/select-backends.js';
import { BACKEND_ARGUMENT, configOption, repeated } from '../../options.js';
import { readRepository } from '../../repository/repository.js';
import { writeOutput } from '../../terminal/write-output.js';
import { shortenPathsIn } from '../../terminal/short-paths.js';
import { createStyle, type Style } from '../../terminal/style.js';
import { toDrawing, type Drawing, type DrawingOptions } from './drawing.js';
import { formatDot } from './format-dot.js';
import { formatMermaid } from './format-mermaid.js';
import { formatText } from './format-text.js';

const FORMATS = ['text', 'mermaid', 'dot', 'json', 'svg'] as const;

type GraphOptions = {
  format: (typeof FORMATS)[number];
  output?: string;
  services?: boolean;
  plugin?: string[];
  config?: string[];
};

/** A backend with the plan of it. */
type Planned = { title: string; plan: Plan };

/** `stagewire graph` */
export function createGraphCommand(toRunner: RunnerFactory): Command {
  const command = defineCommand({
    name: 'graph',
    summary: 'draw what a backend is made of',
    description:
      'Draws the plugins of a backend with their modules and extension points, and what is wrong with them. The program of the backend runs as far as its plan: nothing is started, and no port is opened. Without a name, all backends of the repository are drawn.',
    examples: [
      ['stagewire graph', 'the plugins and modules, as a tree'],
      [
        'stagewire graph --services --plugin catalog',
        'one plugin, with the services that it needs',
      ],
      ['stagewire graph packages/backend --format svg --output backend.svg', 'a picture'],
      ['stagewire graph --format mermaid --output docs/backend.mmd', 'for a Markdown page'],
    ],
  });
  return command
    .argument('[backend]', BACKEND_ARGUMENT)
    .addOption(
      new Option('--format <format>', 'what to draw it in').choices(FORMATS).default('text'),
    )
    .option('--output <file>', 'write it to this file instead')
    .option('--services', 'draw services, too')
    .option('--plugin <id>', 'draw this plugin alone; can be repeated', repeated)
    .addOption(configOption())
    .action((backend: string | undefined, options: GraphOptions) =>
      toRunner(command)((context) => runGraph(backend, options, context)),
    );
}

async function runGraph(
  named: string | undefined,
  options: GraphOptions,
  context: CommandContext,
): Promise<CommandResult> {
  const planned = await planBackends(named, options, context);
  const isFailed = planned.some(({ plan }) =>
    plan.diagnostics.some(({ severity, permitted }) => severity === 'error' && !permitted),
  );
  const exitCode = isFailed ? EXIT_CODES.failed : EXIT_CODES.ok;
  const drawings = planned.map(({ title, plan }) => toDrawing(title, plan, toOptions(options)));
  const text = await format(options, planned, drawings, {
    ...context,
    ...(options.output !== undefined && { style: createStyle(false) }),
  });
  return writeOutput({ text, exitCode }, options.output, context);
}

async function planBackends(
  named: string | undefined,
  { plugin, config }: GraphOptions,
  context: CommandContext,
): Promise<Planned[]> {
  const repository = readRepository(context.cwd);
  const all: Planned[] = [];
  for (const backend of selectBackends(repository, named, context.cwd)) {
    const { name, program } = backend;
    const args = toProgramArguments(backend, config, context.cwd);
    const { plans, problems } = await context.progress.during(`planning ${name}`, () =>
      planProgram(program, context, { args }),
    );
    const [problem] = problems;
    if (problem && plans.length === 0) throw cliErrors.noPlan(name, problem);
    for (const [index, plan] of plans.entries()) {
      const title = plans.length > 1 ? `${name} #${index + 1}` : name;
      all.push({ title, plan: shortenPathsIn(plan, repository.root) });
    }
  }
  assertPlugins(plugin, all);
  return all;
}

function assertPlugins(wanted: readonly string[] = [], planned: readonly Planned[]): void {
  const known = planned.flatMap(({ plan }) =>
    [...plan.plugins, ...plan.orphans].map(({ pluginId }) => pluginId),
  );
  const unknown = wanted.find((pluginId) => !known.includes(pluginId));
  if (unknown !== undefined) throw cliErrors.unknownPlugin(unknown, [...new Set(known)]);
}

const toOptions = ({ services, plugin }: GraphOptions): DrawingOptions => ({
  ...(services && { services }),
  ...(plugin && { plugins: plugin }),
});

async function format(
  { format: wanted }: GraphOptions,
  planned: readonly Planned[],
  drawings: readonly Drawing[],
  { style }: { style: Style },
): Promise<string> {
  if (wanted === 'json') {
    const backends = planned.map(({ title, plan }) => ({ backend: title, ...plan }));
    return JSON.stringify({ backends }, undefined, 2);
  }
  if (wanted === 'text') return drawings.map((each) => formatText(each, style)).join('\n\n');
  if (drawings.length > 1) throw cliErrors.oneBackend(drawings.map(({ title }) => title));
  const [drawing] = drawings as [Drawing];
  if (wanted === 'mermaid') return formatMermaid(drawing);
  if (wanted === 'dot') return formatDot(drawing);
  // The layout is loaded by whoever needs it.
  const { formatSvg } = await import('./svg/format-svg.js');
  return formatSvg(drawing);
}
