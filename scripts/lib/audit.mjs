// What `npm audit --json` says, as far as it has to be acted upon.

const serious = ['high', 'critical'];

/**
 * One line per package with a known weakness of level high or critical. Undefined when the text
 * is no report: npm could not reach the registry, or the registry does not audit.
 */
export function auditFindings(text) {
  const report = parse(text);
  if (!report?.metadata?.vulnerabilities) return undefined;
  return Object.values(report.vulnerabilities ?? {})
    .filter(({ severity }) => serious.includes(severity))
    .map(({ name, severity, range, via }) => {
      const titles = via.map((one) => (typeof one === 'string' ? `through ${one}` : one.title));
      return `${name} ${range}  ${severity}: ${titles.join('; ')}  npm audit says what to update`;
    });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
