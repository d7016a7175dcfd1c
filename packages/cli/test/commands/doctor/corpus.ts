/** What is used here of a mistake of the corpus. */
export type Mistake = {
  name: string;
  config?: string | null;
  files?: Record<string, string>;
  env?: Record<string, string>;
  args?: string[];
  tells: { code: string };
};

// It belongs to the tests of another package, and no package exports it.
const folder = new URL('../../../../backend/test/mistakes/', import.meta.url);
const load = async (file: string): Promise<unknown> => import(new URL(file, folder).href);

/** What integrators and authors get wrong. */
export const { mistakes } = (await load('mistakes.ts')) as { mistakes: Mistake[] };

/** The files of the folder that a mistake is made in, text by path. */
export const { filesOf } = (await load('run-in-child.ts')) as {
  filesOf(mistake: Pick<Mistake, 'config' | 'files'>): Record<string, string>;
};

/** A backend with mistakes. */
export const { createMistakenBackend } = (await load('mistaken-backend.ts')) as {
  createMistakenBackend(made: Mistake[], onStarted: () => void): { start(): Promise<unknown> };
};
