/** Which of the things that people name asks which: toggles their prerequisites, segments other segments. */

/** A key to the keys that it asks. */
export type KeyGraph = ReadonlyMap<string, readonly string[]>;

/** The way from a key back to itself, both ends named; undefined where there is none. Expects no circle but through `key`. */
export function findCircle(graph: KeyGraph, key: string): readonly string[] | undefined {
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

/** The longest way through a key, from who asks it to what it asks. Expects no circle. */
export function longestWay(graph: KeyGraph, key: string): readonly string[] {
  const above = longestFrom(reversed(graph), key).toReversed();
  return [...above, ...longestFrom(graph, key).slice(1)];
}

function longestFrom(graph: KeyGraph, key: string): readonly string[] {
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

function reversed(graph: KeyGraph): KeyGraph {
  const back = new Map<string, string[]>();
  for (const [from, tos] of graph) {
    for (const to of tos) back.set(to, [...(back.get(to) ?? []), from]);
  }
  return back;
}
