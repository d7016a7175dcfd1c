import { formatDiagnostic } from '@stagewire/wiring';
import { describeThrown } from './describe-thrown.js';
import { explainThrown } from './explain-thrown.js';

/** Writes why a program came to no backend, which the wiring therefore knows nothing of. */
export function formatLoadFailure(error: unknown): string {
  const diagnostic = explainThrown(describeThrown(error), process.cwd());
  return `The program did not start a backend.\n\n${formatDiagnostic(diagnostic)}`;
}
