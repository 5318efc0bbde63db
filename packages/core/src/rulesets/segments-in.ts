/** The keys of the segments that a condition's tree asks, in the order written, repeated where they are. */
export function segmentsIn(part: unknown): readonly string[] {
  if (typeof part !== "object" || part === null) return [];
  if (Array.isArray(part)) return part.flatMap((each) => segmentsIn(each));
  if ("kind" in part && part.kind === "segment" && "key" in part && typeof part.key === "string")
    return [part.key];
  return Object.values(part).flatMap((each) => segmentsIn(each));
}
