import type { ServePercentage } from "../../ruleset/ruleset.ts";
import { byBucket } from "./by-bucket.ts";
import type { Strategy } from "./strategy.ts";

/** Serves those whose bucket lies below `buckets`. Without a value to hash nobody is served, even of 100 %. */
export const servePercentage: Strategy<ServePercentage> = {
  reason: "SPLIT",
  compile: (serve, served) => {
    const included = served(serve.variant);
    return byBucket(serve, "rollout", (bucket) => (bucket < serve.buckets ? included : undefined));
  },
};
