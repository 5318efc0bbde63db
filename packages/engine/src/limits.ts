/**
 * Every bound of the engine, with its reason. What a writer may make lies below what a reader takes, so that a
 * server one release ahead never writes what an SDK in the field refuses.
 */

/** Bounds on what people write. */
export const WRITE_LIMITS = {
  /** UTF-16 units of one condition: a list of 10,000 UUIDs with quotes and commas is 390,000. */
  conditionLength: 500_000,
  /** Nodes of one condition, literals not counted: keeps an evaluation under about 10 µs. */
  conditionNodes: 1_000,
  /** Nesting of one condition: far beyond what a person can read, far below any runtime's stack. */
  conditionDepth: 100,
  /** Items of one list, entries of one map: longer ones travel beside the ruleset. */
  listItems: 10_000,
  /** UTF-16 units of a toggle's or variant's key: fits a URL, a metric label and an index row. */
  keyLength: 128,
  /** Variants of one toggle: more is configuration, not a toggle. */
  variants: 100,
  /** Rules of one toggle: each may be asked at every evaluation. */
  rules: 200,
  /** UTF-16 units of one variant's text. */
  variantValueLength: 16_384,
  /** Toggles of one environment: what an SDK in a phone can still hold. */
  toggles: 10_000,
} as const;

/** Bounds on what a reader takes from the network: against a hostile or broken sender, not against people. */
export const READ_LIMITS = {
  /** Bytes of a ruleset as text. Checked by whoever reads the bytes, before they are parsed. */
  rulesetBytes: 8 * 1024 * 1024,
  /** Four times the writer's. */
  conditionNodes: 4_000,
  /** Twice the writer's: compiled and evaluated by recursion, a few frames a level. */
  conditionDepth: 200,
  /** Twice the writer's. */
  listItems: 20_000,
  /** Twice the writer's. */
  keyLength: 256,
  /** Twice the writer's. */
  variants: 200,
  /** Five times the writer's. */
  rules: 1_000,
  /** Four times the writer's. */
  variantValueLength: 65_536,
  /** Twice the writer's. */
  toggles: 20_000,
} as const;

/** Parts compared by one `==` or one `in`, so that a context that repeats itself inside itself cannot hang an evaluation. */
export const MAX_COMPARED_PARTS = 100_000;
