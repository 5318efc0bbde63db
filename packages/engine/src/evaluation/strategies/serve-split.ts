import type { ServeSplit } from "../../ruleset/ruleset.ts";
import { bucketReader } from "./read-bucket.ts";
import type { Strategy } from "./strategy.ts";

/** Serves the variant of the slice that holds the bucket; between slices nobody is served. */
export const serveSplit: Strategy<ServeSplit> = {
  reason: "SPLIT",
  compile: (serve, served) => {
    const readBucket = bucketReader(serve, "variant");
    const slices = serve.slices.map(([variant, from, to]) => ({ decision: served(variant), from, to }));

    return (context, run) => {
      const bucket = readBucket(context, run);
      if (typeof bucket === "string") return bucket;
      for (const { decision, from, to } of slices) {
        if (bucket < to) return bucket < from ? undefined : decision;
      }
      return undefined;
    };
  },
};
