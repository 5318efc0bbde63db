import { WRITE_LIMITS } from "../limits.ts";
import { type Comparisons, KnownNames } from "./near-name.ts";

interface Names {
  /** By name. */
  readonly attributes?: object;
  readonly segments?: readonly string[];
}

/**
 * What a name that nobody declared was probably meant to be. Bounded in work: one is for all conditions of one save, looks for each name
 * once, and beyond its comparisons suggests nothing.
 */
export class Spelling {
  readonly #comparisons: Comparisons;
  readonly #attributes: KnownNames;
  readonly #segments: KnownNames;
  readonly #attributesMeant = new Map<string, string | undefined>();

  constructor({ attributes = {}, segments = [] }: Names, comparisons: number = WRITE_LIMITS.comparisons) {
    this.#comparisons = { left: comparisons };
    this.#attributes = new KnownNames([...Object.keys(attributes), "userId", "targetingKey"]);
    this.#segments = new KnownNames(segments);
  }

  attribute(name: string): string | undefined {
    if (this.#attributesMeant.has(name)) return this.#attributesMeant.get(name);
    const meant = this.#attributes.nearest(name, this.#comparisons);
    this.#attributesMeant.set(name, meant);
    return meant;
  }

  segment(key: string): string | undefined {
    return this.#segments.nearest(key, this.#comparisons);
  }
}
