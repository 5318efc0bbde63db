import type { Metrics } from "./create-metrics.ts";

export interface HttpObservation {
  /** The route's pattern, e.g. `/v1/toggles/:toggleKey`; never the path that was asked for. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Makes `burgee_http_request_duration_seconds` and answers the function that feeds it. */
export function createHttpDuration(metrics: Metrics): (observation: HttpObservation) => void {
  const histogram = metrics.histogram({
    name: "burgee_http_request_duration_seconds",
    help: "How long requests took, by route.",
    buckets: BUCKETS_SECONDS,
  });
  const byRoute = new Map<string, Map<string, ((seconds: number) => void)[]>>();
  return ({ route, method: asked, status, durationMs }) => {
    const method = METHODS.has(asked) ? asked : "other";
    const byMethod = getOrMake(byRoute, route, () => new Map<string, ((seconds: number) => void)[]>());
    const byClass = getOrMake(byMethod, method, (): ((seconds: number) => void)[] => []);
    const statusClass = Math.floor(status / 100);
    byClass[statusClass] ??= histogram.series({ route, method, status_class: `${statusClass}xx` });
    byClass[statusClass](durationMs / 1000);
  };
}

function getOrMake<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
