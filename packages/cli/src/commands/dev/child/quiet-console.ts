/** What the loading of configuration tells, which happens again whenever a program is run again. */
const ABOUT_CONFIG = /^(?:Loading config from |Config value |E_CONFIG_)/;

/** Lets this process tell only once what it has to tell about its configuration. */
export function tellConfigOnce(): void {
  const told = new Set<string>();
  for (const method of ['log', 'warn'] as const) {
    const print = console[method];
    console[method] = (...words: unknown[]) => {
      const [text] = words;
      if (typeof text === 'string' && ABOUT_CONFIG.test(text)) {
        if (told.has(text)) return;
        told.add(text);
      }
      print(...words);
    };
  }
}
