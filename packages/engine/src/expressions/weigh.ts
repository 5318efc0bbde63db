/** Units of asking a part of a ruleset once: how many objects and lists it is written with. */
export function weigh(part: unknown): number {
  if (typeof part !== "object" || part === null) return 0;
  return Object.values(part).reduce((sum: number, inner) => sum + weigh(inner), 1);
}
