import type { ServeSplit } from "../../ruleset/ruleset.ts";
import { byBucket } from "./by-bucket.ts";
import type { Strategy } from "./strategy.ts";

/** Serves the variant of the slice that holds the bucket; between slices nobody is served. */
export const serveSplit: Strategy<ServeSplit> = {
  reason: "SPLIT",
  compile: (serve, served) => {
    const slices = serve.slices.map(([variant, from, to]) => ({ decision: served(variant), from, to }));
    return byBucket(serve, "variant", (bucket) => {
      for (const { decision, from, to } of slices) {
        if (bucket < to) return bucket < from ? undefined : decision;
      }
      return undefined;
    });
  },
};
