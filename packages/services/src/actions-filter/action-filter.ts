import type { Config } from '@stagewire/config';
import type { ActionsServiceAction } from '@stagewire/plugin-api/alpha';

type FilterableAction = Pick<ActionsServiceAction, 'id' | 'attributes'>;
type ActionPredicate = (action: FilterableAction) => boolean;

const ATTRIBUTES = ['destructive', 'idempotent', 'readOnly'] as const;

/**
 * Reads `backend.actions.filter`, and tells which actions it lets through: those that no rule of
 * `exclude` matches, and that some rule of `include` does, if there are any.
 *
 * @remarks
 * The configuration is read anew at each call, so that a change counts at once.
 */
export async function readActionFilter(config: Config): Promise<ActionPredicate> {
  const include = await readRules(config, 'backend.actions.filter.include');
  const exclude = await readRules(config, 'backend.actions.filter.exclude');
  return (action) =>
    !exclude.some((matches) => matches(action)) &&
    (include.length === 0 || include.some((matches) => matches(action)));
}

/** Reads `backend.actions.pluginSources`: the plugins whose actions are offered. */
export function readPluginSources(config: Config): string[] | undefined {
  return config.getOptionalStringArray('backend.actions.pluginSources');
}

async function readRules(config: Config, key: string): Promise<ActionPredicate[]> {
  return Promise.all((config.getOptionalConfigArray(key) ?? []).map(readRule));
}

/** A rule matches when all of its parts do. */
async function readRule(rule: Config): Promise<ActionPredicate> {
  const matchesId = await readIdPattern(rule.getOptionalString('id'));
  const wanted = ATTRIBUTES.map(
    (name) => [name, rule.getOptionalBoolean(`attributes.${name}`)] as const,
  ).filter(([, value]) => value !== undefined);
  return ({ id, attributes }) =>
    matchesId(id) && wanted.every(([name, value]) => attributes[name] === value);
}

async function readIdPattern(pattern: string | undefined): Promise<(id: string) => boolean> {
  if (pattern === undefined) return () => true;
  const { Minimatch } = await import('minimatch');
  const glob = new Minimatch(pattern);
  return (id) => glob.match(id);
}
