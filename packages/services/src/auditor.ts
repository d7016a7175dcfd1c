export type { AuditorEvent, AuditorLogFunction } from './auditor/auditor-event.js';
export { auditorServiceFactory } from './auditor/auditor-service-factory.js';
export { DefaultAuditorService, type AuditorDeps } from './auditor/default-auditor-service.js';
export { RootAuditor } from './auditor/root-auditor.js';
