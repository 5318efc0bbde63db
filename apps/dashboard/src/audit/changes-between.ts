/** What is different between what stood before and what stands after, leaf by leaf. */

export interface LeafChange {
  /** Where, as `rules / 0 / condition`. */
  readonly path: string;
  /** Undefined where there was none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export function changesBetween(before: object | null, after: object | null): readonly LeafChange[] {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  const paths = [...new Set([...was.keys(), ...is.keys()])];
  return paths
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }))
    .filter((change) => change.before !== change.after);
}

function leavesOf(value: object | null): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  const visit = (each: unknown, path: readonly string[]): void => {
    const isBranch = typeof each === "object" && each !== null && Object.keys(each).length > 0;
    if (!isBranch) {
      leaves.set(path.join(" / "), typeof each === "string" ? each : JSON.stringify(each));
      return;
    }
    for (const [key, child] of Object.entries(each)) visit(child, [...path, key]);
  };
  if (value !== null) for (const [key, child] of Object.entries(value)) visit(child, [key]);
  return leaves;
}
