import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { techdocsGeneratorExtensionPoint } from '@backstage/plugin-techdocs-node';
import { createBackendModule } from '@stagewire/plugin-api';
import { marked } from 'marked';

/**
 * Renders TechDocs sites in this process, so that the portal needs neither Python nor Docker.
 *
 * @remarks
 * It knows Markdown and nothing of MkDocs but the name of the site: no themes, no plugins, no
 * navigation. Without this module, TechDocs calls MkDocs, as `techdocs.generator` says.
 */
export const markdownDocuments = createBackendModule({
  pluginId: 'techdocs',
  moduleId: 'markdown-documents',
  register(env) {
    env.registerInit({
      deps: { generators: techdocsGeneratorExtensionPoint },
      async init({ generators }) {
        generators.setTechdocsGenerator({ run: renderSite });
      },
    });
  },
});

/** Writes what TechDocs expects of a generator: pages, the metadata, and an index for search. */
async function renderSite({ inputDir, outputDir, etag }) {
  const pages = await readPages(join(inputDir, 'docs'));
  for (const { path, title, html } of pages) {
    await writeDeep(join(outputDir, path, 'index.html'), page(title, html));
  }
  const docs = pages.map(({ path, title, text }) => ({ location: path, title, text }));
  await writeDeep(join(outputDir, 'search/search_index.json'), JSON.stringify({ docs }));
  const metadata = {
    site_name: await siteName(inputDir),
    site_description: '',
    etag,
    build_timestamp: Date.now(),
    files: pages.map(({ path }) => join(path, 'index.html')),
  };
  await writeDeep(join(outputDir, 'techdocs_metadata.json'), JSON.stringify(metadata));
}

/** `releases.md` is the page `releases/`, and `index.md` the page of its folder. */
async function readPages(folder) {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.md'));
  return Promise.all(
    files.sort().map(async (file) => {
      const markdown = await readFile(join(folder, file), 'utf8');
      const html = await marked.parse(markdown);
      return {
        path: file.replace(/\.md$/, '/').replace(/(^|\/)index\/$/, '$1'),
        title: /^# (.+)$/m.exec(markdown)?.[1] ?? file,
        html: html.replaceAll(/href="([^":]+)\.md"/g, 'href="$1/"'),
        text: html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' '),
      };
    }),
  );
}

async function siteName(folder) {
  const settings = await readFile(join(folder, 'mkdocs.yml'), 'utf8').catch(() => '');
  return /^site_name: (.+)$/m.exec(settings)?.[1] ?? 'Documents';
}

const page = (title, html) =>
  `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title></head>` +
  `<body><article>${html}</article></body></html>`;

async function writeDeep(file, text) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
