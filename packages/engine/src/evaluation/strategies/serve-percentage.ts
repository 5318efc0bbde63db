import { bucketer } from "../../bucketing/bucket.ts";
import { stickinessText } from "../../bucketing/stickiness.ts";
import type { ServePercentage } from "../../ruleset/ruleset.ts";
import { BUDGET_EXCEEDED } from "../../values/run.ts";
import { attributeReader } from "../context.ts";
import { type Chooser, PassedOn } from "./strategy.ts";

/** Serves those whose bucket lies below `buckets`. Without a value to hash nobody is served, even of 100 %. */
export function servePercentage<Served>(
  serve: ServePercentage,
  served: (variant: string) => Served,
): Chooser<Served> {
  const { stickiness, buckets } = serve;
  const read = attributeReader(stickiness);
  const bucket = bucketer(serve.salt, "rollout");
  const included = served(serve.variant);
  const nothingToHash = new PassedOn(`the context has no value of '${stickiness}' to hash`);

  return (context, run) => {
    const text = stickinessText(read(context));
    if (text === undefined) return nothingToHash;
    if (!run.spendText(text.length)) return EXCEEDED;
    return bucket(text) < buckets ? included : undefined;
  };
}

const EXCEEDED = new PassedOn(BUDGET_EXCEEDED.message);
