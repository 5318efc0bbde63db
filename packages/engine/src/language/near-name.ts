/** The candidate that was probably meant: the nearest, if at most two letters (a third of the name) away. Case does not count. */
export function nearName(name: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Math.min(2, Math.floor(name.length / 3)) + 1;
  if (name.length > LONGEST) return undefined;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance >= least) continue;
    nearest = candidate;
    least = distance;
  }
  return nearest;
}

/** So many of the candidates, those most like the name first. */
export function nearestNames(name: string, candidates: readonly string[], most: number): readonly string[] {
  const start = name.slice(0, LONGEST).toLowerCase();
  const ranked = candidates.map((candidate) => ({
    candidate,
    distance: editDistance(start, candidate.toLowerCase()),
  }));
  ranked.sort((one, other) => one.distance - other.distance);
  return ranked.slice(0, most).map(({ candidate }) => candidate);
}

/** Letters past which nobody misspelt anything. */
const LONGEST = 64;

/** Letters to insert, delete or replace (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (letter === to.charAt(column - 1) ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
