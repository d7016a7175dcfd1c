// Everything that `stagewire check` finds in the published packages of the full portal is in this
// list, and has to be there. What is `true` could be mended where the packages are made; what is an
// `artefact` comes from how packages are published, and is nothing that anybody could mend.

const unused = (name, ...dependencies) =>
  dependencies.map((dependency) => ({
    package: name,
    code: 'E_CHECK_DEPENDENCY_UNUSED',
    about: `${dependency} is declared`,
  }));

/** `about` is a part of the problem. */
export const expectedFindings = [
  {
    because: 'true: neither code nor types of what is published name the dependency',
    rows: [
      ...unused('@backstage/backend-openapi-utils', '@backstage/backend-plugin-api', 'lodash'),
      ...unused('@backstage/backend-plugin-api', '@backstage/plugin-auth-node'),
      ...unused('@backstage/plugin-app-backend', '@backstage/plugin-auth-node'),
      ...unused('@backstage/plugin-auth-backend-module-guest-provider', 'passport-oauth2'),
      ...unused(
        '@backstage/plugin-catalog-backend-module-unprocessed',
        '@backstage/catalog-model',
        '@backstage/plugin-auth-node',
        '@backstage/plugin-catalog-node',
      ),
      ...unused('@backstage/plugin-catalog-node', '@backstage/plugin-permission-common'),
      ...unused('@backstage/plugin-devtools-backend', '@backstage/plugin-permission-node'),
      ...unused('@backstage/plugin-events-node', '@backstage/types'),
      ...unused(
        '@backstage/plugin-kubernetes-backend',
        '@backstage/plugin-permission-node',
        'lodash',
        'split2',
      ),
      ...unused(
        '@backstage/plugin-mcp-actions-backend',
        '@backstage/catalog-client',
        '@backstage/plugin-catalog-node',
      ),
      ...unused('@backstage/plugin-notifications-backend', 'express-promise-router'),
      ...unused('@backstage/plugin-permission-backend', '@backstage/config'),
      ...unused(
        '@backstage/plugin-permission-backend-module-allow-all-policy',
        '@backstage/plugin-auth-node',
      ),
      ...unused('@backstage/plugin-scaffolder-node', 'winston', 'winston-transport'),
      ...unused('@backstage/plugin-search-backend', '@backstage/plugin-permission-node'),
      ...unused('@backstage/plugin-search-backend-module-pg', 'lodash'),
      ...unused('@backstage/plugin-search-backend-node', 'lodash'),
      ...unused('@backstage/plugin-techdocs-backend', '@backstage/catalog-client'),
      ...unused('@backstage/plugin-user-settings-backend', '@backstage/plugin-auth-node'),
    ],
  },
  {
    because: 'true: a mock for tests is declared as if the plugin needed it to run',
    rows: unused('@backstage/plugin-kubernetes-backend', '@jest-mock/express'),
  },
  {
    because: 'true: a module imports the plugin that it extends',
    rows: [
      {
        package: '@backstage/plugin-catalog-backend-module-logs',
        code: 'E_CHECK_IMPORT_PLUGIN',
        about: '@backstage/plugin-catalog-backend, the plugin that it extends',
      },
    ],
  },
  {
    because: 'true: a library takes code from inside of a plugin, by a path out of its package',
    rows: [
      {
        package: '@backstage/catalog-client',
        code: 'E_CHECK_IMPORT_LEAVES',
        about: 'plugins/catalog-backend/src/',
      },
    ],
  },
  {
    because: 'true: the library of a plugin has the id of a plugin that there is not',
    rows: [
      {
        package: '@backstage/plugin-proxy-node',
        code: 'E_CHECK_PLUGIN_ID_NAME',
        about: 'belongs to the plugin proxy-backend, but its name says proxy',
      },
    ],
  },
  {
    because: 'true: a service ref is not named as one',
    rows: [
      {
        package: '@backstage/plugin-notifications-node',
        code: 'E_CHECK_EXPORT_NAME',
        about: 'exported as notificationService',
      },
    ],
  },
  {
    because: 'artefact: a package that is never published is built into the one that imports it',
    rows: [
      {
        package: '@backstage/catalog-model',
        code: 'E_CHECK_DEPENDENCY_UNDECLARED',
        about: '@internal/opaque',
      },
      {
        package: '@backstage/plugin-permission-node',
        code: 'E_CHECK_DEPENDENCY_UNDECLARED',
        about: '@internal/backend',
      },
    ],
  },
];

/**
 * Holds what was found against the list.
 *
 * @param findings - of `stagewire check --json`
 * @returns `known`: `{ because, count }` for each reason; `unknown`: findings that are not listed;
 *   `gone`: listed ones that were not found
 */
export function judgeFindings(findings) {
  const rows = expectedFindings.flatMap((each) => each.rows);
  return {
    known: expectedFindings.map(({ because, rows: those }) => ({
      because,
      count: findings.filter((finding) => those.some((row) => isMeant(row, finding))).length,
    })),
    unknown: findings.filter((finding) => !rows.some((row) => isMeant(row, finding))),
    gone: rows.filter((row) => !findings.some((finding) => isMeant(row, finding))),
  };
}

function isMeant(row, finding) {
  return (
    row.package === finding.package &&
    row.code === finding.code &&
    finding.problem.includes(row.about)
  );
}
