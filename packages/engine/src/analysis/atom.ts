import type { Hashing } from "../ruleset/ruleset.ts";
import type { Compiled } from "../values/run.ts";
import type { Subject } from "./subject.ts";

/** One of the tests that conditions and serves are made of. */
export interface Atom {
  readonly index: number;
  /** What it asks, where that is one thing; its outcome is then a function of the value. */
  readonly subject: Subject | undefined;
  /** All that it asks, where that is more than one thing. */
  readonly subjects?: readonly Subject[];
  /** The test itself, where values of the subject can be tried. */
  readonly test: Compiled | undefined;
  readonly form: Form;
  /** The outcome, where it asks nothing of the context. */
  readonly constant?: number;
}

/** What is known of how a test treats values that it does not name. */
export type Form =
  /** Values of a type are all alike, but for these. */
  | { readonly type: "equality"; readonly constants: readonly unknown[] }
  /** Numbers, or texts, between two constants are alike. */
  | { readonly type: "order"; readonly op: string; readonly constant: number | string }
  | { readonly type: "startsWith" | "endsWith" | "contains"; readonly part: string }
  /** Texts that are versions, or times, between two constants are alike; `key` compares. */
  | {
      readonly type: "version" | "moment";
      readonly op: string;
      readonly text: string;
      readonly key: string | bigint;
    }
  /** Whether the hash of the value lies in these buckets. */
  | {
      readonly type: "bucket";
      readonly hashing: Hashing;
      readonly domain: "rollout" | "variant";
      readonly ranges: Ranges;
    }
  /** Whether a list has the constant, or a map the key. */
  | { readonly type: "membership"; readonly constants: readonly unknown[] }
  /** Nothing; the constants in it are worth a try. */
  | { readonly type: "opaque"; readonly constants: readonly unknown[] };

/** Buckets from `from` to below `to`, in order. */
export type Ranges = readonly (readonly [from: number, to: number])[];
