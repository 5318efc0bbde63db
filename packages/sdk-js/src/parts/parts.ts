import type { Library, PrepareOptions } from "@burgee/engine";
import type { Ports } from "../ports.ts";
import { PartLoader } from "./part-loader.ts";

/** What a client may need and a start does not: chunks of the SDK, each loaded when it is first asked for. */
export interface Parts {
  readonly matches: PartLoader<Matches>;
  readonly library: PartLoader<Library>;
  readonly lists: PartLoader<ListsPart>;
  readonly store: PartLoader<StorePart>;
  readonly verifier: PartLoader<VerifierPart>;
  readonly afterStart: PartLoader<AfterStart>;
}

/** Where the parts come from; tests put their own in their place. */
export interface PartImports {
  /** The meaning of `matches` in conditions, for rulesets that call it. */
  loadMatches(): Promise<Matches>;
  /** What conditions may call beyond the usual, for rulesets that do. */
  loadLibrary(): Promise<Library>;
  /** What fetches and reads lists that travel beside a ruleset, for rulesets that name some. */
  loadLists(): Promise<ListsPart>;
  /** What keeps rulesets in a store, for clients that have one. */
  loadStore(): Promise<StorePart>;
  /** What says who signed a ruleset, and whether it is whole. */
  loadVerifier(): Promise<VerifierPart>;
  /** What a client needs once it has started. */
  loadAfterStart(): Promise<AfterStart>;
}

export type Matches = NonNullable<PrepareOptions["matches"]>;
export type ListsPart = typeof import("../ruleset/list-loader.ts");
export type StorePart = typeof import("../store/stored-rulesets.ts");
export type VerifierPart = typeof import("../ruleset/verifier.ts");
export type AfterStart = typeof import("../after-start.ts");

export const partImports: PartImports = {
  loadMatches: async () => (await import("@burgee/engine/matches")).matches,
  loadLibrary: async () => (await import("@burgee/engine/library")).library,
  loadLists: () => import("../ruleset/list-loader.ts"),
  loadStore: () => import("../store/stored-rulesets.ts"),
  loadVerifier: () => import("../ruleset/verifier.ts"),
  loadAfterStart: () => import("../after-start.ts"),
};

export function partsOf(from: Ports & PartImports): Parts {
  return {
    matches: new PartLoader(from, () => from.loadMatches(), "matches_unavailable", "`matches` in a ruleset"),
    library: new PartLoader(from, () => from.loadLibrary(), "part_unavailable", "a condition of a ruleset"),
    lists: new PartLoader(from, () => from.loadLists(), "lists_unavailable", "a list beside a ruleset"),
    store: new PartLoader(from, () => from.loadStore(), "store_failed", "the store"),
    verifier: new PartLoader(from, () => from.loadVerifier(), "unverified_ruleset", "`verifyKey`"),
    afterStart: new PartLoader(from, () => from.loadAfterStart(), "part_unavailable", "the client"),
  };
}
