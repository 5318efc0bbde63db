/** What inputs of our own have in common. */
import type { Needed } from "./found-tenants.ts";
import type { Bearer } from "./meanings.ts";

export const ENTRANCE: Bearer = { bearer: "who signs in says in which tenant, and is nobody yet" };
export const OWN_RULE: Bearer = { bearer: "a rule is found within its own setting" };

export const SETTING = { enabled: true, default: "small", off: "large" };

export const placeOf = ({ project, environment }: Needed) => ({ project, environment });
export const rulesOf = ({ segment, needed }: Needed) => ({
  rules: [{ id: "first", condition: `segment('${segment}')`, variant: "small" }],
  prerequisites: [{ toggle: needed, variants: ["on"] }],
});

/** At none of the moments that a tenant of the probes has. */
export const later = () => new Date(Date.now() + 47 * 86_400_000).toISOString();
