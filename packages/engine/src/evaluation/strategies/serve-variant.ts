import type { ServeVariant } from "../../ruleset/ruleset.ts";
import type { Chooser } from "./strategy.ts";

/** Everyone who gets here is served the variant. */
export function serveVariant<Served>(
  serve: ServeVariant,
  served: (variant: string) => Served,
): Chooser<Served> {
  const only = served(serve.variant);
  return () => only;
}
