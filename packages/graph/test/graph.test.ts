import { describe, expect, it } from 'vitest';
import { findCycles, orderByNeed, type NeedGraph } from '@stagewire/graph';

describe('findCycles', () => {
  it('finds nothing where everything can be ordered', () => {
    expect(findCycles(graph({ a: 'b c', b: 'c', c: '' }))).toEqual([]);
  });

  it('tells a circle from and to the id that was visited first', () => {
    expect(findCycles(graph({ x: 'a', a: 'b', b: 'a' }))).toEqual([['a', 'b', 'a']]);
  });

  it('tells several circles in the order of the graph, each once', () => {
    expect(findCycles(graph({ a: 'b', b: 'a', c: 'd', d: 'c' }))).toEqual([
      ['a', 'b', 'a'],
      ['c', 'd', 'c'],
    ]);
  });

  it('takes an id that needs itself for a circle of one', () => {
    expect(findCycles(graph({ a: 'a' }))).toEqual([['a', 'a']]);
  });

  it('ignores needs that are not in the graph', () => {
    expect(findCycles(graph({ a: 'ghost' }))).toEqual([]);
  });

  it('agrees with ordering on random graphs: a circle is found exactly where no order exists', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = randomGraph(seed);
      const cycles = findCycles(random);

      if (cycles.length === 0) {
        const order = orderByNeed(random);
        for (const [id, needs] of random) {
          for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(id));
        }
        expect(order.toSorted()).toEqual([...random.keys()].toSorted());
      } else {
        expect(() => orderByNeed(random)).toThrow();
        for (const cycle of cycles) {
          expect(cycle[0]).toBe(cycle.at(-1));
          cycle.slice(1).forEach((id, i) => expect(random.get(cycle[i]!)).toContain(id));
        }
      }
    }
  });
});

describe('orderByNeed', () => {
  it('keeps the given order where needs leave the choice', () => {
    expect(orderByNeed(graph({ c: '', a: 'b', b: '' }))).toEqual(['c', 'b', 'a']);
  });

  it('names the way round when there is no order', () => {
    expect(() => orderByNeed(graph({ egg: 'hen', hen: 'egg' }))).toThrow(
      expect.objectContaining({
        code: 'E_GRAPH_CYCLE',
        message: 'these wait for each other: egg -> hen -> egg',
      }),
    );
  });

  it('orders a chain of 20,000 without overflowing the stack', () => {
    const chain = new Map(
      Array.from({ length: 20_000 }, (_, i) => [`n${i}`, [`n${i + 1}`]] as const),
    );
    expect(orderByNeed(chain)[0]).toBe('n19999');
  });
});

function graph(needs: Record<string, string>): NeedGraph {
  return new Map(Object.entries(needs).map(([id, list]) => [id, list.split(' ').filter(Boolean)]));
}

function randomGraph(seed: number): NeedGraph {
  let state = seed;
  const next = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % below;
  };
  const ids = Array.from({ length: 2 + next(7) }, (_, i) => `n${i}`);
  return new Map(
    ids.map((id) => [id, ids.filter((other) => (other === id ? next(40) : next(6)) === 0)]),
  );
}
