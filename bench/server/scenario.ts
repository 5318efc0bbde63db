/** What every server is asked: a hundred toggles of three kinds, and the contexts of some users. */

export type ToggleRule =
  | { readonly kind: "plain" }
  /** On for those ids, else for region IN on plan pro, else from version 1.35.0 on. */
  | { readonly kind: "three"; readonly ids: readonly string[] }
  | { readonly kind: "percentage"; readonly percent: number };

export interface ServedToggle {
  readonly key: string;
  readonly rule: ToggleRule;
}

export interface Attributes {
  readonly userId: string;
  readonly region: string;
  readonly plan: string;
  readonly appVersion: string;
  readonly [attribute: string]: string;
}

export const TOGGLES: readonly ServedToggle[] = Array.from({ length: 100 }, (_, index) => ({
  key: `bench-${String(index).padStart(3, "0")}`,
  rule: ruleOf(index),
}));

/** The one that is read alone: it asks three conditions. */
export const ALONE: ServedToggle = { key: "bench-001", rule: ruleOf(1) };

export const CONTEXTS: readonly Attributes[] = Array.from({ length: 64 }, (_, index) => ({
  userId: `user-${index}`,
  region: index % 3 === 0 ? "IN" : "NO",
  plan: index % 4 === 0 ? "pro" : "free",
  appVersion: `1.${index % 40}.0`,
}));

function ruleOf(index: number): ToggleRule {
  if (index % 3 === 0) return { kind: "plain" };
  if (index % 3 === 1) return { kind: "three", ids: [`user-${index}`, "ada", "bram"] };
  return { kind: "percentage", percent: index };
}
