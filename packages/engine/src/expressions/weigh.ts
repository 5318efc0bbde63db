/** Units of asking a part of a ruleset once: how many objects and lists it is written with. */
export function weigh(part: unknown): number {
  if (typeof part !== "object" || part === null) return 0;
  const known = weighed.get(part);
  if (known !== undefined) return known;
  const weight = Object.values(part).reduce((sum: number, inner) => sum + weigh(inner), 1);
  // Macros stand inside one another, and each asks what is in it.
  if ("over" in part) weighed.set(part, weight);
  return weight;
}

const weighed = new WeakMap<object, number>();
