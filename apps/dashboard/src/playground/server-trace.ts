import type { ToggleTrace } from "@burgee/engine/explain";
import type { Outputs } from "../api/trpc.ts";

/** The trace that the server's engine made. Its type lost on the way that a slice has three parts; the trace itself did not. */
export function traceOf({ explanation }: Outputs["toggles"]["explain"]): ToggleTrace | undefined {
  return explanation?.trace as ToggleTrace | undefined;
}
