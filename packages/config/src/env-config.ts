import { isKeyPart } from './config-key.js';
import { configErrors } from './errors.js';
import type { JsonObject, JsonValue } from './json.js';
import { isObject, ownValue } from './merge.js';
import type { ConfigOrigin, LoadedConfig } from './origin.js';

const PREFIX = 'APP_CONFIG_';

/** The variables that hold configuration, by name; those that are empty say nothing. */
export function findConfigVariables(
  env: Readonly<Record<string, string | undefined>>,
): [name: string, value: string][] {
  return (
    Object.entries(env)
      .filter(
        (entry): entry is [string, string] => entry[0].startsWith(PREFIX) && Boolean(entry[1]),
      )
      // `APP_CONFIG_a` before `APP_CONFIG_a_b`, so that the order of the environment does not matter.
      .sort(([a], [b]) => (a < b ? -1 : 1))
  );
}

/**
 * Makes configuration of environment variables: `APP_CONFIG_backend_baseUrl` is `backend.baseUrl`.
 * A value is taken as JSON, and as a string where it is none.
 *
 * @returns undefined when there is no such variable
 * @throws `E_CONFIG_ENV`
 */
export function readEnvConfig(
  env: Readonly<Record<string, string | undefined>>,
): LoadedConfig | undefined {
  const variables = findConfigVariables(env);
  if (variables.length === 0) return undefined;
  const data: JsonObject = {};
  for (const [name, value] of variables) assign(data, name, value);
  return { context: 'env', data, origin: new EnvOrigin(variables.map(([name]) => name)) };
}

function assign(data: JsonObject, variable: string, text: string): void {
  const key = variable.slice(PREFIX.length);
  const parts = key.split('_');
  if (!parts.every(isKeyPart)) throw configErrors.envKey(variable, key);

  let holder = data;
  for (const [index, part] of parts.slice(0, -1).entries()) {
    const next = ownValue(holder, part) ?? (holder[part] = {});
    if (!isObject(next)) {
      throw configErrors.envNesting(variable, key, parts.slice(0, index + 1).join('_'));
    }
    holder = next;
  }

  const last = parts.at(-1) ?? '';
  if (Object.hasOwn(holder, last)) throw configErrors.envOverride(variable, key);
  const value = parseValue(text);
  if (value === null) throw configErrors.envNull(variable, key);
  holder[last] = value;
}

function parseValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

class EnvOrigin implements ConfigOrigin {
  readonly files = [];
  readonly substitutions = [];
  readonly absences = [];

  constructor(readonly variables: readonly string[]) {}

  locate(key: string): string | undefined {
    const variable = this.variables.find((name) => {
      const own = name.slice(PREFIX.length).replaceAll('_', '.');
      return isUnder(key, own) || isUnder(own, key);
    });
    return variable && `environment variable ${variable}`;
  }
}

function isUnder(key: string, parent: string): boolean {
  return key === parent || key.startsWith(`${parent}.`) || key.startsWith(`${parent}[`);
}
