import { toFinding, type Finding } from '../finding.js';
import type { CheckedPackage } from '../model/checked-package.js';
import { isUsableForever, isUsableId } from '../model/feature-ids.js';
import type { WrittenText } from '../model/read-creations.js';
import type { SourceFile } from '../model/source-file.js';
import type { Rule } from '../rule.js';
import { featureErrors } from './errors.js';

/** Ids of plugins and modules can be used in URLs, configuration keys and database names. */
export const checkIds: Rule = (one) =>
  one.code.runtime.flatMap((file) =>
    file.creations.flatMap(({ kind, pluginId, moduleId }) => {
      if (kind === 'module') return judge(one, file, moduleId, featureErrors.moduleId);
      // The same id in its package.json is told there.
      if (kind !== 'plugin' || pluginId?.text === one.pluginId) return [];
      return judge(one, file, pluginId, featureErrors.pluginId);
    }),
  );

function judge(
  one: CheckedPackage,
  file: SourceFile,
  id: WrittenText | undefined,
  error: (id: string) => ReturnType<typeof featureErrors.pluginId>,
): Finding[] {
  if (!id || isUsableForever(id.text)) return [];
  const severity = isUsableId(id.text) ? 'warning' : 'error';
  return [toFinding(severity, one.inSource(file, id.line), error(id.text))];
}
