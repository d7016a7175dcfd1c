import { describe, expect, it } from 'vitest';
import { ConfigReader, type LoadedConfig } from '@stagewire/config';
import { addConfigPlaces } from '../src/config-places.js';
import type { Diagnostic } from '../src/diagnostic.js';

describe('a problem with the configuration', () => {
  const places: Record<string, string> = {
    'acme.mail': 'app-config.yaml:3',
    'acme.mail.hosts': 'app-config.yaml:4',
    'acme.mail.hosts[1]': 'app-config.yaml:6',
    'acme.key-store': 'environment variable APP_CONFIG_acme_key-store',
  };
  const written: LoadedConfig = {
    context: 'app-config.yaml',
    data: {},
    origin: { files: [], substitutions: [], absences: [], locate: (key) => places[key] },
  };
  const config = ConfigReader.fromConfigs([written]);

  it.each([
    [
      "unknown store in 'acme.key-store'",
      'environment variable APP_CONFIG_acme_key-store (acme.key-store)',
    ],
    ['acme.mail is wrong', 'app-config.yaml:3 (acme.mail)'],
    ['acme.mail, there acme.mail.hosts[1], is wrong', 'app-config.yaml:6 (acme.mail.hosts[1])'],
  ])('tells where the most exact key is written: %s', (problem, place) => {
    expect(addConfigPlaces(told(problem), config).culprits).toEqual([place]);
  });

  it('tells that before who is to blame, also for keys in the fix', () => {
    const problem = told('no such host', 'correct acme.mail.hosts.', ['@acme/plugin-mail@1.0.0']);

    expect(addConfigPlaces(problem, config).culprits).toEqual([
      'app-config.yaml:4 (acme.mail.hosts)',
      '@acme/plugin-mail@1.0.0',
    ]);
  });

  it.each([
    ['it tells the place itself', 'acme.mail is wrong', 'correct app-config.yaml:3'],
    ['it names no key that is written', 'core.logger needs acme.fax', 'look at plugin.ts:3'],
  ])('stays as it is when %s', (_, problem, fix) => {
    const diagnostic = told(problem, fix);

    expect(addConfigPlaces(diagnostic, config)).toBe(diagnostic);
  });
});

function told(problem: string, fix = '', culprits: string[] = []): Diagnostic {
  return { severity: 'error', code: 'E_ACME', problem, fix, culprits };
}
