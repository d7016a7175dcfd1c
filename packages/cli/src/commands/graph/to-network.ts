import { toProblemLine, worstOf, type Drawing, type DrawnPlugin } from './drawing.js';

/** What a node stands for. */
export type NodeKind = 'backend' | 'plugin' | 'module' | 'point' | 'service' | 'problem';

/** A drawing as nodes and edges, for tools that lay it out themselves. */
export type Network = {
  nodes: NetworkNode[];
  groups: NetworkGroup[];
  edges: NetworkEdge[];
};

/** A node; its name is made of letters and digits alone. */
export type NetworkNode = {
  name: string;
  kind: NodeKind;
  /** Its lines of text. */
  lines: string[];
  isWrong: boolean;
};

/** Nodes that belong together. */
export type NetworkGroup = { label: string; nodes: string[] };

/** An edge; a dashed one is a use, a solid one means that something belongs there. */
export type NetworkEdge = { from: string; to: string; isUse: boolean };

/** Makes nodes and edges of a drawing. */
export function toNetwork(drawing: Drawing): Network {
  return new NetworkMaker(drawing).make();
}

class NetworkMaker {
  readonly #network: Network = { nodes: [], groups: [], edges: [] };
  readonly #names = new Map<string, string>();

  constructor(readonly drawing: Drawing) {}

  make(): Network {
    const { title, summary, plugins, orphans, services, problems } = this.drawing;
    const backend = this.#add('backend', title, [title, summary]);
    for (const plugin of plugins) this.#addPlugin(plugin, backend);
    for (const { pluginId, moduleId, origin } of orphans) {
      const lines = [moduleId, origin, `plugin '${pluginId}' is not here`];
      this.#link(backend, this.#add('module', `${pluginId}/${moduleId}`, lines, true));
    }
    const added = services.map((each) => {
      const lines = [each.id, ...each.decorators.map((decorator) => `decorated by ${decorator}`)];
      return this.#add('service', each.id, lines, each.problems.length > 0);
    });
    if (added.length > 0) this.#network.groups.push({ label: 'services', nodes: added });
    this.#linkServices();
    const whole = problems.filter(({ pluginId }) => pluginId === undefined);
    for (const [index, problem] of whole.entries()) {
      const name = this.#add('problem', `problem ${index}`, [toProblemLine(problem)], true);
      this.#link(backend, name);
    }
    return this.#network;
  }

  #addPlugin(plugin: DrawnPlugin, backend: string): void {
    const { pluginId, origin, extensionPoints, modules } = plugin;
    const from = this.#network.nodes.length;
    const node = this.#add('plugin', pluginId, linesOf(pluginId, plugin), isWrong(plugin));
    this.#link(backend, node);
    for (const id of extensionPoints) this.#link(node, this.#add('point', id, [id]));
    for (const module of modules) {
      const key = `${pluginId}/${module.moduleId}`;
      const child = this.#add('module', key, linesOf(module.moduleId, module), isWrong(module));
      for (const id of module.extensionPoints) this.#link(child, this.#add('point', id, [id]));
    }
    for (const module of modules) this.#linkModule(module, pluginId, node);
    const nodes = this.#network.nodes.slice(from).map(({ name }) => name);
    this.#network.groups.push({ label: `${pluginId} (${origin})`, nodes });
  }

  #linkModule({ moduleId, uses }: { moduleId: string; uses: string[] }, id: string, node: string) {
    const module = this.#nameOf('module', `${id}/${moduleId}`)!;
    const points = uses.flatMap((use) => this.#nameOf('point', use) ?? []);
    for (const point of points) this.#link(module, point, true);
    if (points.length === 0) this.#link(node, module);
  }

  #linkServices(): void {
    const { plugins, services } = this.drawing;
    for (const plugin of plugins) {
      this.#linkNeeds(this.#nameOf('plugin', plugin.pluginId), plugin.services);
      for (const module of plugin.modules) {
        const name = this.#nameOf('module', `${plugin.pluginId}/${module.moduleId}`);
        this.#linkNeeds(name, module.services);
      }
    }
    for (const { id, needs } of services) this.#linkNeeds(this.#nameOf('service', id), needs);
  }

  #linkNeeds(from: string | undefined, needs: readonly string[]): void {
    for (const need of needs) {
      const to = this.#nameOf('service', need);
      if (from !== undefined && to !== undefined) this.#link(from, to, true);
    }
  }

  #add(kind: NodeKind, key: string, lines: string[], wrong = false): string {
    const name = `n${this.#network.nodes.length}`;
    this.#names.set(`${kind} ${key}`, name);
    this.#network.nodes.push({ name, kind, lines, isWrong: wrong });
    return name;
  }

  #nameOf(kind: NodeKind, key: string): string | undefined {
    return this.#names.get(`${kind} ${key}`);
  }

  #link(from: string, to: string, isUse = false): void {
    this.#network.edges.push({ from, to, isUse });
  }
}

type WithProblems = Pick<DrawnPlugin, 'problems' | 'origin'>;

const linesOf = (id: string, { origin, problems }: WithProblems) => [
  id,
  origin,
  ...problems.map(toProblemLine),
];

const isWrong = ({ problems }: WithProblems) => worstOf(problems) !== undefined;
