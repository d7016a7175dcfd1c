import type { Config } from '@stagewire/config';

/** The configuration of the backend. @public */
export interface RootConfigService extends Config {}
