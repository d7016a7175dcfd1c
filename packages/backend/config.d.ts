/** The configuration of which packages a backend is made of. */
export interface Config {
  backend?: {
    /**
     * The packages whose features `discoveryFeatureLoader` adds, of those that the app depends on.
     *
     * @default none
     */
    packages?: 'all' | { include?: string[]; exclude?: string[] };
  };
}
