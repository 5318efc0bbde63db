import type { ServePercentage, ServeVariant } from "../../ruleset/ruleset.ts";
import { servePercentage } from "./serve-percentage.ts";
import { serveVariant } from "./serve-variant.ts";
import { type Chooser, PassedOn, type Strategy } from "./strategy.ts";

interface ServeByType {
  readonly variant: ServeVariant;
  readonly percentage: ServePercentage;
}

type ServeOf<Type extends keyof ServeByType> = { [T in Type]: ServeByType[T] & { readonly type: T } }[Type];

/** The strategies by `serve.type`. */
const strategies: { readonly [Type in keyof ServeByType]: Strategy<ServeOf<Type>> } = {
  variant: serveVariant,
  percentage: servePercentage,
};

/** Compiles a serve by the strategy of its type; one from a newer server, which this build lacks, passes on. */
export function compileServe<Type extends keyof ServeByType, Served>(
  serve: ServeOf<Type>,
  served: (variant: string) => Served,
): Chooser<Served> {
  if (!Object.hasOwn(strategies, serve.type)) return passOn(serve.type);
  return strategies[serve.type](serve, served);
}

function passOn(type: string): Chooser<never> {
  const unknown = new PassedOn(`this release does not know the way to serve '${type}'`);
  return () => unknown;
}
