// The same rules as those of createBackendPlugin and createBackendModule, which refuse such ids.
const PATTERN = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/i;
const ACCEPTED_PATTERN = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/i;

/** Whether a plugin or module can be created with an id. */
export const isUsableId = (id: string): boolean => ACCEPTED_PATTERN.test(id);

/** Whether that is going to stay so. */
export const isUsableForever = (id: string): boolean => PATTERN.test(id);
