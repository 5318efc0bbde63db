import type { OpenIdProviders } from "@burgee/core";
import type { Clock, Egress } from "@burgee/runtime";
import { loadOnce } from "../operations/load-once.ts";

/** Providers, with what speaks to them loaded when the first one is asked: most nodes ask none. */
export function lazyOpenIdProviders(egress: Egress, clock: Clock): OpenIdProviders {
  const load = loadOnce(async () => {
    const { createOpenIdProviders } = await import("./openid-providers.ts");
    return createOpenIdProviders(egress, clock);
  });
  return {
    ask: async (...asked) => (await load()).ask(...asked),
    check: async (...asked) => (await load()).check(...asked),
  };
}
