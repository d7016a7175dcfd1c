// The packages that examples take as given. Where one is installed, its own types count.

declare module '@backstage/plugin-*' {
  import type { BackendFeature } from '@stagewire/plugin-api';

  const feature: BackendFeature;
  export default feature;
}

declare module '@acme/*' {
  import type { BackendFeature } from '@stagewire/plugin-api';

  const feature: BackendFeature;
  export default feature;
}

declare module 'plugin-todo-*' {
  import type { BackendFeature } from '@stagewire/plugin-api';

  const feature: BackendFeature;
  export default feature;
}

declare module '@acme/mail-node' {
  import type { ServiceFactory } from '@stagewire/plugin-api';

  export const mailServiceFactory: ServiceFactory;
}
