import { createHttpDuration, type Metrics } from "@burgee/runtime";

/** Counts and times a request that ends now. @param route its pattern; whatever matched none is one series */
export type MeasureRequest = (
  route: string | undefined,
  method: string,
  status: number,
  startedMs: number,
) => void;

export function requestMeasure(metrics: Metrics): MeasureRequest {
  const observe = createHttpDuration(metrics);
  return (route = "unmatched", method, status, startedMs) =>
    observe({ route, method, status, durationMs: performance.now() - startedMs });
}
