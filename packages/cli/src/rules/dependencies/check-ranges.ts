import { satisfies, valid, validRange } from 'semver';
import { toError } from '../finding.js';
import type { Rule } from '../rule.js';
import { dependencyErrors } from './errors.js';

const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

/** Packages of one repository need each other as they are in it. */
export const checkRanges: Rule = (one, { known }) =>
  FIELDS.flatMap((field) =>
    Object.entries(one.manifest[field] ?? {}).flatMap(([name, written]) => {
      const version = known.findOwn(name)?.manifest.version;
      if (!valid(version)) return [];
      // `workspace:^` and the like mean whatever version it has; links and files do, too.
      const range = validRange(String(written).replace(/^workspace:(?=.{2,})/, ''));
      if (range === null || range === '*') return [];
      if (satisfies(version!, range, { includePrerelease: true })) return [];
      const error = dependencyErrors.range(name, String(written), version!);
      return [toError(one.inManifest(field, name), error)];
    }),
  );
