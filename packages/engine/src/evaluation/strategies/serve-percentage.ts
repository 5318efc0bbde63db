import type { ServePercentage } from "../../ruleset/ruleset.ts";
import { bucketReader } from "./read-bucket.ts";
import type { Strategy } from "./strategy.ts";

/** Serves those whose bucket lies below `buckets`. Without a value to hash nobody is served, even of 100 %. */
export const servePercentage: Strategy<ServePercentage> = {
  reason: "SPLIT",
  compile: (serve, served) => {
    const { buckets } = serve;
    const readBucket = bucketReader(serve, "rollout");
    const included = served(serve.variant);

    return (context, run) => {
      const bucket = readBucket(context, run);
      if (typeof bucket === "string") return bucket;
      return bucket < buckets ? included : undefined;
    };
  },
};
