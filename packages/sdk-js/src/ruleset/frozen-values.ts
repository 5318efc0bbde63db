import type { Ruleset, VariantValue } from "@burgee/engine";

/** What a program is handed of JSON is the ruleset's own: frozen, so that nobody changes what everyone is served. */
export function freezeValues({ toggles }: Ruleset): void {
  for (const { kind, variants } of Object.values(toggles)) {
    if (kind === "json") for (const value of Object.values(variants)) freeze(value);
  }
}

function freeze(value: VariantValue): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}
