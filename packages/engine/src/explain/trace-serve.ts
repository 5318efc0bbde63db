import { stickinessText } from "../bucketing/stickiness.ts";
import { type Attributes, attributeReader } from "../evaluation/context.ts";
import { byBucket } from "../evaluation/strategies/by-bucket.ts";
import type { Hashing, Serve } from "../ruleset/ruleset.ts";
import type { Run } from "../values/run.ts";
import type { ServeTrace } from "./explanation.ts";
import type { Recorder } from "./recorder.ts";
import { cut } from "./shown.ts";

/** What a serve saw of a context. What it decided is not asked here. */
export function traceServe(serve: Serve, context: Attributes, run: Run, recorder: Recorder): ServeTrace {
  const { type } = serve;
  switch (type) {
    case "percentage":
      return { type, ...hashed(serve, "rollout", context, run, recorder), threshold: serve.buckets };
    case "split": {
      const seen = hashed(serve, "variant", context, run, recorder);
      const { bucket } = seen;
      const slice =
        bucket === undefined ? undefined : serve.slices.find(([, from, to]) => bucket >= from && bucket < to);
      return { type, ...seen, ...(slice && { slice }) };
    }
    case "target":
      return { type, stickiness: "userId", ...textOf("userId", context, run, recorder) };
    default:
      return { type };
  }
}

function hashed(
  serve: Hashing,
  domain: "rollout" | "variant",
  context: Attributes,
  run: Run,
  recorder: Recorder,
): Omit<ServeTrace, "type"> {
  const { salt, stickiness, hash = "b1" } = serve;
  const bucket = recorder.aside(run, (aside) => byBucket(serve, domain, (found) => found)(context, aside));
  return {
    stickiness,
    ...textOf(stickiness, context, run, recorder),
    ...{ salt, domain, hash },
    ...(typeof bucket === "number" && { bucket }),
  };
}

function textOf(
  stickiness: string,
  context: Attributes,
  run: Run,
  recorder: Recorder,
): Pick<ServeTrace, "value"> {
  const value = recorder.aside(run, (aside) => stickinessText(attributeReader(stickiness)(context, aside)));
  return value === undefined ? {} : { value: cut(value) };
}
