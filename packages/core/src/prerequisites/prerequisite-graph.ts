/** Which toggle of an environment waits for which. */

/** Toggle key to the keys of its prerequisites. */
export type PrerequisiteGraph = ReadonlyMap<string, readonly string[]>;

/** The way from a toggle back to itself, both ends named; undefined where there is none. Expects no circle but through `key`. */
export function findCircle(graph: PrerequisiteGraph, key: string): readonly string[] | undefined {
  const seen = new Set<string>();
  const walk = (at: string): readonly string[] | undefined => {
    for (const next of graph.get(at) ?? []) {
      if (next === key) return [at, key];
      if (seen.has(next)) continue;
      seen.add(next);
      const rest = walk(next);
      if (rest) return [at, ...rest];
    }
    return undefined;
  };
  return walk(key);
}

/** The longest way through a toggle, from who waits for it to what it waits for. Expects no circle. */
export function longestWay(graph: PrerequisiteGraph, key: string): readonly string[] {
  const above = longestFrom(reversed(graph), key).toReversed();
  return [...above, ...longestFrom(graph, key).slice(1)];
}

function longestFrom(graph: PrerequisiteGraph, key: string): readonly string[] {
  const known = new Map<string, readonly string[]>();
  const walk = (at: string): readonly string[] => {
    const found = known.get(at);
    if (found) return found;
    let longest: readonly string[] = [];
    for (const next of graph.get(at) ?? []) {
      const way = walk(next);
      if (way.length > longest.length) longest = way;
    }
    const way = [at, ...longest];
    known.set(at, way);
    return way;
  };
  return walk(key);
}

function reversed(graph: PrerequisiteGraph): PrerequisiteGraph {
  const back = new Map<string, string[]>();
  for (const [from, tos] of graph) {
    for (const to of tos) back.set(to, [...(back.get(to) ?? []), from]);
  }
  return back;
}
