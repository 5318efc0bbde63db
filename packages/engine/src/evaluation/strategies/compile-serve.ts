import type { ServePercentage, ServeSplit, ServeTarget, ServeVariant } from "../../ruleset/ruleset.ts";
import type { Decide } from "../decision.ts";
import { servePercentage } from "./serve-percentage.ts";
import { serveSplit } from "./serve-split.ts";
import { serveTarget } from "./serve-target.ts";
import { serveVariant } from "./serve-variant.ts";
import type { Chooser, Strategy } from "./strategy.ts";

interface ServeByType {
  readonly variant: ServeVariant;
  readonly percentage: ServePercentage;
  readonly split: ServeSplit;
  readonly target: ServeTarget;
}

type ServeOf<Type extends keyof ServeByType> = { [T in Type]: ServeByType[T] & { readonly type: T } }[Type];

/** The strategies by `serve.type`. */
const strategies: { readonly [Type in keyof ServeByType]: Strategy<ServeOf<Type>> } = {
  variant: serveVariant,
  percentage: servePercentage,
  split: serveSplit,
  target: serveTarget,
};

/** Compiles a serve by the strategy of its type; one from a newer server, which this build lacks, passes on. */
export function compileServe<Type extends keyof ServeByType>(
  serve: ServeOf<Type>,
  decide: Decide,
  why?: Parameters<Decide>[2],
): Chooser {
  if (!Object.hasOwn(strategies, serve.type)) {
    return () => `this release does not know the way to serve '${serve.type}'`;
  }
  const { reason, compile } = strategies[serve.type];
  return compile(serve, (variant) => decide(variant, reason, why));
}
