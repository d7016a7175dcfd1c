import type { Diagnostic } from '@stagewire/wiring';
import { formatDiagnostic } from '@stagewire/wiring';
import type { Style } from '../../terminal/style.js';
import {
  worstOf,
  type Drawing,
  type DrawnModule,
  type DrawnPlugin,
  type DrawnService,
} from './drawing.js';

/** A line of a tree, and what hangs from it. */
type Branch = { label: string; branches?: Branch[] };

/** Draws a backend as a tree, for a terminal. */
export function formatText(drawing: Drawing, style: Style): string {
  const { title, summary, plugins, orphans, services, problems } = drawing;
  const branches = [
    ...plugins.map((plugin) => toPluginBranch(plugin, style)),
    ...orphans.map(({ pluginId, moduleId, origin }) => ({
      label: `${style.yellow('!')} module ${style.bold(moduleId)} ${style.dim(`${origin}; its plugin '${pluginId}' is not here`)}`,
    })),
    ...(services.length > 0 ? [toServicesBranch(services, style)] : []),
  ];
  return [
    `${style.bold(title)} (${summary})`,
    ...branches.flatMap((branch, index) => draw(branch, index === branches.length - 1)),
    ...problems.flatMap((problem) => ['', formatDiagnostic(problem)]),
  ].join('\n');
}

function toPluginBranch(plugin: DrawnPlugin, style: Style): Branch {
  const { pluginId, origin, extensionPoints, services, modules, problems } = plugin;
  return {
    label: `${mark(problems, style)}plugin ${style.bold(pluginId)} ${style.dim(origin)}`,
    branches: [
      ...extensionPoints.map((id) => ({ label: `provides ${style.cyan(id)}` })),
      ...toNeeds(services),
      ...modules.map((module) => toModuleBranch(module, style)),
    ],
  };
}

function toModuleBranch(module: DrawnModule, style: Style): Branch {
  const { moduleId, origin, uses, extensionPoints, services, problems } = module;
  return {
    label: `${mark(problems, style)}module ${style.bold(moduleId)} ${style.dim(origin)}`,
    branches: [
      ...extensionPoints.map((id) => ({ label: `provides ${style.cyan(id)}` })),
      ...uses.map((id) => ({ label: `uses ${style.cyan(id)}` })),
      ...toNeeds(services),
    ],
  };
}

const toNeeds = (services: readonly string[]): Branch[] =>
  services.length > 0 ? [{ label: `needs ${services.join(', ')}` }] : [];

function toServicesBranch(services: readonly DrawnService[], style: Style): Branch {
  return {
    label: style.bold('services'),
    branches: services.map(({ id, scope, source, origin, needs, decorators, problems }) => ({
      label: `${mark(problems, style)}${id} ${style.dim(`${scope}, ${WORDS[source]}${source === 'default' ? '' : `: ${origin}`}`)}`,
      branches: [
        ...toNeeds(needs),
        ...decorators.map((decorator) => ({ label: `decorated by ${decorator}` })),
      ],
    })),
  };
}

/** Who brought a service. */
const WORDS = {
  default: 'built in',
  added: 'added',
  loader: 'from a feature loader',
  ref: 'default factory of its ref',
} as const;

function mark(problems: readonly Diagnostic[], style: Style): string {
  const worst = worstOf(problems);
  if (worst === undefined) return '';
  return worst === 'error' ? `${style.red('✗')} ` : `${style.yellow('!')} `;
}

function draw({ label, branches = [] }: Branch, isLast: boolean, indent = ''): string[] {
  const below = `${indent}${isLast ? '   ' : '│  '}`;
  return [
    `${indent}${isLast ? '└─ ' : '├─ '}${label}`,
    ...branches.flatMap((branch, index) => draw(branch, index === branches.length - 1, below)),
  ];
}
