import type { ServeVariant } from "../../ruleset/ruleset.ts";
import type { Strategy } from "./strategy.ts";

/** Everyone who gets here is served the variant. */
export const serveVariant: Strategy<ServeVariant> = {
  reason: "TARGETING_MATCH",
  compile: (serve, served) => {
    const only = served(serve.variant);
    return () => only;
  },
};
