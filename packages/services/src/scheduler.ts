export { schedulerErrors } from './scheduler/errors.js';
export { schedulerServiceFactory } from './scheduler/scheduler-service-factory.js';
export { readSchedule, type TaskSchedule } from './scheduler/task-settings.js';
