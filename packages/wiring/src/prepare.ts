import { toError } from '@stagewire/errors';
import { coreServices } from '@stagewire/plugin-api';
import type {
  ExtensionPointFactoryMiddlewareShape,
  ServiceRefShape,
} from '@stagewire/plugin-api/internal';
import type { Config } from '@stagewire/config';
import { check, type Verdict } from './check.js';
import type { ServiceHints } from './check-services.js';
import { collect, type AddedFeature, type Collected } from './collect.js';
import { addConfigPlaces } from './config-places.js';
import { toDiagnostic, toFinding, toFindings, type Finding } from './diagnostic.js';
import { getConfig } from './driven-services.js';
import { openMiddleware } from './extension-points.js';
import {
  createInstanceMetadataFactory,
  toInstalledPlugins,
  type InstalledPlugins,
} from './instance-metadata.js';
import type { Instances } from './instances.js';
import { readStartupPolicy, type StartupPolicy } from './policy.js';
import { isPermitted } from './refuse.js';
import type { Timeline } from './timeline.js';

/** What a backend is made of. */
export type Ingredients = {
  added: AddedFeature[];
  instances: Instances;
  timeline: Timeline;
  extensionPointFactoryMiddleware: readonly unknown[];
  serviceHints: ServiceHints;
};

/** All that can be known of a backend before anything of it is started. */
export type Preparation = {
  collected: Collected;
  verdict: Verdict;
  policy: StartupPolicy;
  extensionPointMiddleware: ExtensionPointFactoryMiddlewareShape[];
  /** What `core.rootInstanceMetadata` tells at any moment. */
  installed: { current: InstalledPlugins };
};

/**
 * Collects and checks all features, and reads the configuration. Never rejects: whatever is wrong is
 * a finding of the verdict and in its plan.
 */
export async function prepare(ingredients: Ingredients): Promise<Preparation> {
  const { added, instances, timeline, serviceHints } = ingredients;
  const collected = await timeline.measure({ kind: 'collect', id: 'collect' }, () =>
    collect(added, instances, timeline),
  );
  const installed = addInstanceMetadata(collected);
  const verdict = await timeline.measure({ kind: 'check', id: 'check' }, () =>
    check(collected, serviceHints),
  );
  const policy = await readPolicy(verdict.findings, instances);
  const extensionPointMiddleware = readMiddleware(
    ingredients.extensionPointFactoryMiddleware,
    verdict.findings,
  );
  verdict.plan.diagnostics = await toDiagnostics(verdict.findings, policy, instances);
  return { collected, verdict, policy, extensionPointMiddleware, installed };
}

function addInstanceMetadata({ registry, registrations, findings }: Collected) {
  const installed = {
    current: toInstalledPlugins(registrations.map(({ registration }) => registration)),
  };
  const factory = createInstanceMetadataFactory(() => installed.current);
  try {
    registry.addBuiltIn({ factory, source: 'default', origin: {} });
  } catch (error) {
    const rival = registry.find(coreServices.rootInstanceMetadata.id);
    findings.push(toFinding(toError(error), { origins: rival ? [rival.origin] : [] }));
  }
  return installed;
}

/** Reads the policy; a configuration that cannot be read is one more problem to tell. */
async function readPolicy(findings: Finding[], instances: Instances): Promise<StartupPolicy> {
  const circular = findings.some(({ code }) => code === 'E_SERVICE_CYCLE');
  if (circular) return readStartupPolicy(undefined);
  try {
    return readStartupPolicy(await getConfig(instances));
  } catch (error) {
    // A loader that needs the configuration has told the same before.
    const known = new Set(findings.map(({ problem }) => problem));
    const found = toFindings(toError(error));
    findings.push(...found.filter(({ problem }) => !known.has(problem)));
    return readStartupPolicy(undefined);
  }
}

/** Looks into the middleware; an entry that is none is one more problem to tell. */
function readMiddleware(
  middleware: readonly unknown[],
  findings: Finding[],
): ExtensionPointFactoryMiddlewareShape[] {
  try {
    return middleware.map(openMiddleware);
  } catch (error) {
    findings.push(toFinding(toError(error)));
    return [];
  }
}

/** As a plan tells them: with what policy permits, and with the places in the configuration. */
async function toDiagnostics(findings: Finding[], policy: StartupPolicy, instances: Instances) {
  const config = await instances.findMade(
    coreServices.rootConfig as ServiceRefShape,
    instances.root,
  );
  return findings.map((finding) => {
    const diagnostic = toDiagnostic(finding);
    const permitted = isPermitted(finding, policy);
    const told = {
      ...diagnostic,
      // A module without its plugin is only a warning unless policy says otherwise.
      ...(!permitted && { severity: 'error' as const }),
      ...(permitted && diagnostic.severity === 'error' && { permitted }),
    };
    return config?.value ? addConfigPlaces(told, config.value as Config) : told;
  });
}
