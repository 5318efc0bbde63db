import { editDistance } from "./edit-distance.ts";

/** Letters past which nobody misspelt anything. */
const LONGEST = 64;
/** Letters by which a name is misspelt. */
const MOST_AWAY = 2;

/** Comparisons that may still be made. */
export interface Comparisons {
  left: number;
}

interface Known {
  readonly name: string;
  readonly lowered: string;
  /** Where it stands among all. */
  readonly order: number;
}

/** Names of which another may be a misspelling. */
export class KnownNames {
  readonly #byLength = new Map<number, Known[]>();

  constructor(names: readonly string[]) {
    for (const [order, name] of names.entries()) {
      const lowered = name.toLowerCase();
      const alike = this.#byLength.get(lowered.length);
      if (alike) alike.push({ name, lowered, order });
      else this.#byLength.set(lowered.length, [{ name, lowered, order }]);
    }
  }

  /**
   * The name that was probably meant: the nearest, if at most two letters (a third of the name) away; of those as near the first.
   * Case does not count. None where that takes more comparisons than are left: half a search may miss the nearest.
   */
  nearest(name: string, comparisons: Comparisons): string | undefined {
    if (name.length > LONGEST) return undefined;
    const lowered = name.toLowerCase();
    let most = Math.min(MOST_AWAY, Math.floor(name.length / 3));
    const candidates = this.#ofAbout(lowered.length, most);
    comparisons.left -= candidates.length;
    if (comparisons.left < 0) return undefined;

    let nearest: Known | undefined;
    for (const candidate of candidates) {
      const distance = editDistance(lowered, candidate.lowered, most);
      if (distance > most || (distance === most && nearest && nearest.order < candidate.order)) continue;
      nearest = candidate;
      most = distance;
    }
    return nearest?.name;
  }

  #ofAbout(length: number, most: number): readonly Known[] {
    const lengths = Array.from({ length: 2 * most + 1 }, (_, at) => length - most + at);
    return lengths.flatMap((each) => this.#byLength.get(each) ?? []);
  }
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
