import { describe, expect, it } from 'vitest';
import { toDrawing } from '../../../src/commands/graph/drawing.js';
import { formatDot } from '../../../src/commands/graph/format-dot.js';
import { formatMermaid } from '../../../src/commands/graph/format-mermaid.js';
import { formatText } from '../../../src/commands/graph/format-text.js';
import { formatSvg } from '../../../src/commands/graph/svg/format-svg.js';
import { createStyle } from '../../../src/terminal/style.js';
import { samplePlan } from './sample-plan.js';

const whole = toDrawing('acme', samplePlan, { services: true });

describe('a drawing', () => {
  it('leaves services out unless they are wanted', () => {
    const { services, plugins } = toDrawing('acme', samplePlan);

    expect(services).toEqual([]);
    expect(plugins[0]?.services).toEqual([]);
    expect(plugins[0]?.modules[0]).toMatchObject({ uses: ['todo.sources'], services: [] });
  });

  it('of some plugins has the services that they lead to, and the problems of these plugins', () => {
    const drawing = toDrawing('acme', samplePlan, { services: true, plugins: ['notes'] });

    expect(drawing.plugins.map(({ pluginId }) => pluginId)).toEqual(['notes']);
    expect([drawing.services, drawing.problems, drawing.orphans]).toEqual([[], [], []]);
    const todo = toDrawing('acme', samplePlan, { services: true, plugins: ['todo'] });
    expect(todo.services.map(({ id }) => id)).toEqual([
      'core.rootConfig',
      'core.logger',
      'acme.audit',
    ]);
  });
});

describe('as text', () => {
  it('it is a tree with what is wrong at its place, and below in full', () => {
    expect(formatText(whole, createStyle(false))).toBe(
      [
        'acme (2 plugins, 1 module, 4 services, 1 problem)',
        '├─ plugin todo @acme/plugin-todo-backend@1.2.3, src/index.ts:5',
        '│  ├─ provides todo.sources',
        '│  ├─ needs core.logger',
        '│  └─ ✗ module mail @acme/plugin-todo-backend-module-mail@1.0.0, src/index.ts:6',
        '│     ├─ provides todo.mail.templates',
        '│     ├─ uses todo.sources',
        '│     └─ needs acme.audit',
        '├─ plugin notes src/index.ts:7',
        "├─ ! module lonely src/index.ts:8; its plugin 'gone' is not here",
        '└─ services',
        '   ├─ core.rootConfig root, built in',
        '   ├─ core.logger plugin, built in',
        '   │  └─ needs core.rootConfig',
        '   ├─ acme.audit root, added: src/a.ts:1',
        '   │  └─ needs core.rootConfig',
        '   └─ core.idle plugin, built in',
        '',
        `E_DEPENDENCY_MISSING  module 'mail' needs <acme.smtp> & "more"`,
        "  fix: add a factory for 'acme.smtp'",
        '  in:  @acme/plugin-todo-backend-module-mail@1.0.0',
      ].join('\n'),
    );
  });
});

describe('as Mermaid', () => {
  it('it has a group for each plugin, and texts in which nothing has a meaning', () => {
    const lines = formatMermaid(whole).split('\n');

    expect(lines[0]).toBe('flowchart LR');
    expect(lines.filter((line) => line.includes('subgraph'))).toHaveLength(3);
    expect(lines.find((line) => line.includes('E_DEPENDENCY_MISSING'))).toMatch(/:::wrong$/);
    expect(lines.join('\n')).toContain('#60;acme.smtp#62; #38; #34;more#34;');
    expect(lines.filter((line) => /^ {2}n\d+ -\.-> n\d+$/.test(line))).toHaveLength(5);
  });
});

describe('as DOT', () => {
  it('it has a cluster for each plugin, and quoted texts', () => {
    const text = formatDot(whole);

    expect(text).toMatch(/^digraph "acme" \{\n[^]*\n\}$/);
    expect(text.match(/subgraph cluster_\d+/g)).toHaveLength(3);
    expect(text).toContain(String.raw`<acme.smtp> & \"more\"`);
  });
});

describe('as SVG', () => {
  const svg = formatSvg(whole);

  it('it stands for itself: no script, nothing from elsewhere, light and dark', () => {
    expect(svg).not.toMatch(/<script|<image|href=|url\((?!#arrow\))/);
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).toContain('&lt;acme.smtp&gt; &amp; &quot;more&quot;');
    expect(svg).toContain(
      '<title>Backend acme: 2 plugins, 1 module, 4 services, 1 problem</title>',
    );
  });

  it('it names everything that is drawn, and what the signs mean', () => {
    const texts = Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text]) => text);

    for (const text of ['todo', 'mail', 'todo.sources', 'todo.mail.templates', 'notes']) {
      expect(texts).toContain(text);
    }
    for (const text of ['acme.audit', 'Services', 'Modules that do nothing', 'Problems']) {
      expect(texts).toContain(text);
    }
    for (const text of ['plugin', 'module', 'extension point', 'service', 'problem', 'uses']) {
      expect(texts).toContain(text);
    }
  });

  it('it has room for ids of any length', () => {
    const long =
      'a-plugin-with-a-name-that-goes-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on';
    const [first, ...others] = samplePlan.plugins;
    const plan = { ...samplePlan, plugins: [{ ...first!, pluginId: long }, ...others] };

    const wide = formatSvg(toDrawing('acme', plan));

    const widths = Array.from(wide.matchAll(/<rect[^>]*width="([\d.]+)"[^>]*class="card/g));
    expect(Math.max(...widths.map(([, width]) => Number(width)))).toBeGreaterThan(long.length * 9);
  });

  it('it is the same, to the letter, every time', () => {
    expect(formatSvg(toDrawing('acme', samplePlan, { services: true }))).toBe(svg);
  });

  it('it can be of a backend with nothing in it', () => {
    const nothing = { services: [], plugins: [], orphans: [], diagnostics: [] };

    expect(formatSvg(toDrawing('empty', nothing))).toContain('Backend empty');
  });
});
