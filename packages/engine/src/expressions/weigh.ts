/** How many nodes the tree has, a macro's own price for each item being those it asks for it. */
export function weigh(part: unknown): number {
  if (typeof part !== "object" || part === null) return 0;
  return Object.values(part).reduce((sum: number, inner) => sum + weigh(inner), "kind" in part ? 1 : 0);
}
