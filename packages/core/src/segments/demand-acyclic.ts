import { EVALUATION_LIMITS } from "@burgee/engine";
import { refuse } from "../errors/invalid-input.ts";
import { findCircle, longestWay } from "../graphs/key-graph.ts";

/**
 * Refuses a segment that would ask itself by way of others, and a way that is longer than readers follow.
 * @param asked the segments that its condition asks
 * @throws {AppError} "invalid_input"
 */
export function demandAcyclic(
  segments: readonly { readonly key: string; readonly segmentKeys: readonly string[] }[],
  key: string,
  asked: readonly string[],
): void {
  const graph = new Map(segments.map((each) => [each.key, each.segmentKeys]));
  graph.set(key, asked);
  const message = faultOf(graph, key);
  if (message) throw refuse([{ pointer: "/condition", code: "circular_segments", message }]);
}

function faultOf(graph: ReadonlyMap<string, readonly string[]>, key: string): string | undefined {
  const circle = findCircle(graph, key);
  if (circle) return `These segments would ask each other: ${circle.join(" -> ")}.`;
  const way = longestWay(graph, key);
  const most = EVALUATION_LIMITS.segmentDepth;
  if (way.length <= most) return undefined;
  return `At most ${most} segments ask one another in a row; these are ${way.length}: ${way.join(" -> ")}.`;
}
