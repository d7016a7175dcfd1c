import type { Diagnostic } from '@stagewire/wiring';
import {
  toProblemLine,
  worstOf,
  type Drawing,
  type DrawnModule,
  type DrawnPlugin,
} from '../drawing.js';
import { boxAt, FONT_SIZE, LINE_HEIGHT, moved, textAt, widthOf, wrap } from './elements.js';
import { layOut, type Block, type LaidOut, type Line } from './lay-out.js';

/** A part of a drawing that stands for itself. */
export type Card = { width: number; height: number; draw(width: number): string };

/** Space around what is in a card or block; pixels. */
const PADDING = 12;

/** Longer lists and problems go on in the next line; characters. */
const MAX_LINE = 64;

const TITLE_SIZE = 15;

/** A line of text in a card. */
type TextLine = { text: string; style: string };

/** One card for each plugin: what it is, and below its extension points with its modules. */
export function toPluginCard(plugin: DrawnPlugin): Card {
  const { pluginId, origin, services, problems } = plugin;
  const lines = [...toOriginLines(origin), ...toNeedLines(services), ...toProblemLines(problems)];
  return toCard(pluginId, lines, layOutPlugin(plugin), `card ${styleOf(problems)}`);
}

/** One card for all modules without their plugin; undefined where there are none. */
export function toOrphanCard({ orphans }: Drawing): Card | undefined {
  if (orphans.length === 0) return undefined;
  const lines = orphans.flatMap(({ pluginId, moduleId, origin }) => [
    { text: `module ${moduleId}: plugin '${pluginId}' is not here`, style: 'warned' },
    ...toOriginLines(origin),
  ]);
  return toCard('Modules that do nothing', lines, undefined, 'card warning');
}

/** One card for all services with what they need; undefined where none are drawn. */
export function toServicesCard({ services }: Drawing): Card | undefined {
  if (services.length === 0) return undefined;
  const blocks = services.map(({ id, scope, source, decorators, problems }) => {
    const lines = [
      `${scope}${source === 'default' ? '' : `, ${source}`}`,
      ...decorators.map((decorator) => `decorated by ${decorator}`),
    ].map((text) => ({ text, style: 'dim' }));
    return toBlock(id, id, [...lines, ...toProblemLines(problems)], `service ${styleOf(problems)}`);
  });
  const edges = services.flatMap(({ id, needs }) =>
    needs.filter((need) => need !== id).map((need) => ({ from: id, to: need, isUse: true })),
  );
  return toCard('Services', [], layOut(blocks, edges), 'card');
}

function layOutPlugin({ extensionPoints, modules }: DrawnPlugin): LaidOut | undefined {
  const own = extensionPoints.map((id) => toPointBlock(id));
  const further = modules.flatMap((module) => module.extensionPoints.map((id) => toPointBlock(id)));
  const blocks = [...own, ...further, ...modules.map(toModuleBlock)];
  if (blocks.length === 0) return undefined;
  const points = new Set([...own, ...further].map(({ name }) => name));
  const lines = modules.flatMap((module) => toModuleLines(module, points));
  // Modules stand right of all extension points of the plugin, whether they use one or not.
  const column = own.length > 0 ? 1 : 0;
  const columns = new Map(modules.map(({ moduleId }) => [toModuleName(moduleId), column]));
  return layOut(blocks, lines, columns);
}

function toModuleLines(
  { moduleId, uses, extensionPoints }: DrawnModule,
  points: ReadonlySet<string>,
): Line[] {
  const name = toModuleName(moduleId);
  const used = uses.map(toPointName).filter((point) => points.has(point));
  return [
    ...used.map((to) => ({ from: name, to, isUse: true, isBackwards: true })),
    ...extensionPoints.map((id) => ({ from: name, to: toPointName(id) })),
  ];
}

const toModuleName = (id: string) => `module ${id}`;
const toPointName = (id: string) => `point ${id}`;

function toPointBlock(id: string): Block {
  return toBlock(toPointName(id), id, [], 'point', LINE_HEIGHT / 2 + PADDING / 2);
}

function toModuleBlock({ moduleId, origin, services, problems }: DrawnModule): Block {
  const lines = [...toOriginLines(origin), ...toNeedLines(services), ...toProblemLines(problems)];
  return toBlock(toModuleName(moduleId), moduleId, lines, `module ${styleOf(problems)}`);
}

function toBlock(
  name: string,
  title: string,
  lines: readonly TextLine[],
  style: string,
  radius?: number,
): Block {
  const all = [{ text: title, style: 'name' }, ...lines];
  return {
    name,
    width: Math.max(...all.map(({ text }) => widthOf(text))) + 2 * PADDING,
    height: all.length * LINE_HEIGHT + PADDING,
    draw: (box) =>
      [
        boxAt(box, style.trim(), radius),
        ...all.map((line, index) =>
          textAt(box.x + PADDING, box.y + PADDING / 2 + baseline(index), line.text, line.style),
        ),
      ].join('\n'),
  };
}

function toCard(
  title: string,
  lines: readonly TextLine[],
  body: LaidOut | undefined,
  style: string,
): Card {
  const head = PADDING + TITLE_SIZE + 6 + lines.length * LINE_HEIGHT;
  const widths = [widthOf(title, TITLE_SIZE), ...lines.map(({ text }) => widthOf(text))];
  const height = head + (body ? body.height + PADDING / 2 : 0) + PADDING;
  return {
    width: Math.max(...widths, body?.width ?? 0) + 2 * PADDING,
    height,
    draw: (width) =>
      [
        boxAt({ x: 0, y: 0, width, height }, style.trim(), 10),
        textAt(PADDING, PADDING + TITLE_SIZE - 2, title, 'title'),
        ...lines.map((line, index) =>
          textAt(PADDING, PADDING + TITLE_SIZE + 4 + baseline(index), line.text, line.style),
        ),
        ...(body ? [moved(PADDING, head + PADDING / 2, ...body.content)] : []),
      ].join('\n'),
  };
}

/** The package on one line, the place on the next. */
const toOriginLines = (origin: string): TextLine[] =>
  origin.split(', ').map((text) => ({ text, style: 'dim' }));

const baseline = (line: number) => line * LINE_HEIGHT + FONT_SIZE + 1;

function toNeedLines(services: readonly string[]): TextLine[] {
  if (services.length === 0) return [];
  return wrap(`needs ${services.join(', ')}`, MAX_LINE).map((text) => ({ text, style: 'needs' }));
}

function toProblemLines(problems: readonly Diagnostic[]): TextLine[] {
  return problems.flatMap((problem) =>
    wrap(toProblemLine(problem), MAX_LINE).map((text) => ({
      text,
      style: problem.severity === 'error' ? 'failed' : 'warned',
    })),
  );
}

const styleOf = (problems: readonly Diagnostic[]) => worstOf(problems) ?? '';
