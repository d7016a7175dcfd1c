// The whole backend: the standard set of a portal's plugins, as they are published.
import { createBackend } from '@stagewire/backend';
import { markdownDocuments } from './markdown-documents.mjs';

const backend = createBackend();

// The frontend, and the way to plugins that run elsewhere
backend.add(import('@backstage/plugin-app-backend'));
backend.add(import('@backstage/plugin-gateway-backend'));
backend.add(import('@backstage/plugin-proxy-backend'));

// Who is asking, and what they may do
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));
backend.add(import('@backstage/plugin-auth-backend-module-github-provider'));
backend.add(import('@backstage/plugin-permission-backend'));
backend.add(import('@backstage/plugin-permission-backend-module-allow-all-policy'));
backend.add(import('@backstage/plugin-user-settings-backend'));

// The catalog
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-catalog-backend-module-logs'));
backend.add(import('@backstage/plugin-catalog-backend-module-scaffolder-entity-model'));
backend.add(import('@backstage/plugin-catalog-backend-module-unprocessed'));

// Templates
backend.add(import('@backstage/plugin-scaffolder-backend'));
backend.add(import('@backstage/plugin-scaffolder-backend-module-github'));
backend.add(import('@backstage/plugin-scaffolder-backend-module-notifications'));

// Documents and search
backend.add(import('@backstage/plugin-techdocs-backend'));
backend.add(markdownDocuments);
backend.add(import('@backstage/plugin-search-backend'));
backend.add(import('@backstage/plugin-search-backend-module-catalog'));
backend.add(import('@backstage/plugin-search-backend-module-techdocs'));
// Takes over from the index in memory once the database is PostgreSQL.
backend.add(import('@backstage/plugin-search-backend-module-pg'));

// What happens, and who is told
backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(import('@backstage/plugin-signals-backend'));

// Operations
backend.add(import('@backstage/plugin-kubernetes-backend'));
backend.add(import('@backstage/plugin-devtools-backend'));
backend.add(import('@backstage/plugin-mcp-actions-backend'));

await backend.start();
