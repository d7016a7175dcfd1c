/** Something that an integrator or author got wrong, and the one problem that has to be told. */
export type Mistake = {
  /** What is wrong, in a few words; unique. */
  name: string;
  /** What is given to `backend.add()`, in order; made in the process that makes the mistake. */
  features?: () => unknown[];
  /** The text of app-config.yaml, {@link goodConfig} by default; `null` for none. */
  config?: string | null;
  /** More files in the folder that the process runs in, text by path. */
  files?: Record<string, string>;
  /** More environment variables. */
  env?: Record<string, string>;
  /** The command line. */
  args?: string[];
  /** Another program has the port. */
  isPortTaken?: boolean;
  /**
   * How far the start gets: `nowhere`, as long as nothing has to run to find the mistake; to
   * `root services`, which no plugin survives; to `plugins`, where the others start.
   */
  getsTo: 'nowhere' | 'root services' | 'plugins';
  /** Only the end of the process ends what was begun. */
  staysOpen?: boolean;
  tells: Telling;
};

/** One problem as it is told on a terminal. */
export type Telling = {
  code: string;
  problem: string | RegExp;
  /** Something to type, change or look at. */
  fix: string | RegExp;
  /** Who is to blame: a package, file and line, a place in the configuration. */
  culprit: string | RegExp;
};

/** An app-config.yaml with nothing wrong. PORT holds a free port of the loopback interface. */
export const goodConfig = `backend:
  baseUrl: http://localhost:\${PORT}
  listen:
    host: 127.0.0.1
    port: \${PORT}
`;
