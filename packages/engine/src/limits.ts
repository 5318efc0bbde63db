/**
 * Every bound of the engine, with its reason. What the service lets anyone write lies below what a reader takes, so that
 * a server one release ahead never writes what an SDK in the field refuses. Bounds on toggles and settings as they are
 * written are the service's own; here stand those of the language.
 */

/** Bounds on a condition as people write it, which the parser enforces. */
export const WRITE_LIMITS = {
  /** UTF-16 units of one condition: a list of 10,000 UUIDs with quotes and commas is 390,000. */
  conditionLength: 500_000,
  /** Nodes of one condition, literals not counted: each costs some 10 ns at most evaluations, 200 ns at worst. */
  conditionNodes: 1_000,
  /** Nesting of one condition: far beyond what a person can read, far below any runtime's stack. */
  conditionDepth: 100,
  /** Items of one list, entries of one map, operands of one `&&` or `||`: longer ones travel beside the ruleset. */
  listItems: 10_000,
  /** Prerequisites of one toggle: more say that it belongs into a rule. */
  prerequisites: 20,
  /** Ids of one toggle's targets, and of one list of a segment: longer lists travel beside the ruleset. */
  listedIds: 10_000,
  /** Ids of one list that travels beside a ruleset: packed UUIDs are 37 MB, which every SDK fetches and holds. */
  packedIds: 1_000_000,
  /** Bytes of such a list: what a service takes up and an SDK loads while it goes on answering. */
  packedBytes: 64 * 1024 * 1024,
  /** UTF-16 units of an id: the longest e-mail address has 320. */
  idLength: 512,
  /** Slices of one split: 50 variants with a hundred edits of their weights behind them, at most some more. */
  slices: 1_000,
  /** Segments of one environment: a tenth of its toggles, since toggles share them. */
  segments: 1_000,
  /** Names that all conditions of one save are compared with, to say what undeclared ones may mean: some microseconds each at worst. */
  comparisons: 10_000,
  /** UTF-16 units of a pattern of `matches`: a compiled pattern takes memory by its length, and a longer one is a list. */
  patternLength: 512,
  /** Units of compiling all patterns of one save, each once: some 50 ms, and several hundred patterns of usual size. */
  patternUnits: 300_000,
} as const;

/** Bounds on what a reader takes from the network: against a hostile or broken sender, not against people. */
export const READ_LIMITS = {
  /** Bytes of a ruleset as text, twice what the service publishes. Checked by whoever reads the bytes, before they are parsed. */
  rulesetBytes: 8 * 1024 * 1024,
  /** Four times the writer's. */
  conditionNodes: 4_000,
  /** Twice the writer's: compiled and evaluated by recursion, a few frames a level. */
  conditionDepth: 200,
  /** Twice the writer's. */
  listItems: 20_000,
  /** Parts that conditions share: each stands for two of at least 64 characters, of a ruleset of at most 8 MiB. */
  sharedParts: 65_536,
  /**
   * UTF-16 units of all shared parts as JSON, each counted wherever it stands: four times a ruleset's bytes, of which the service lets
   * half be a ruleset in full. What a holder does with a ruleset in full, as comparing two of them, stays within a second.
   */
  putLength: 32 * 1024 * 1024,
  /** UTF-16 units of a toggle's, a variant's or a rule's key: twice what the service allows. */
  keyLength: 256,
  /** Variants of one toggle: four times what the service allows. */
  variants: 200,
  /** Rules of one toggle: five times what the service allows. */
  rules: 1_000,
  /** UTF-16 units of one variant's text, or of a JSON value's texts and names with 1 for each part: 64 times what the service allows. */
  variantValueLength: 65_536,
  /** Nesting of one JSON value: read by recursion, and nobody's configuration is deeper. */
  variantValueDepth: 64,
  /** Five times the writer's. */
  prerequisites: 100,
  /** Twice the writer's. */
  listedIds: 20_000,
  /** Twice the writer's. */
  packedIds: 2_000_000,
  /** Twice the writer's. Checked by whoever reads the bytes, before they are unpacked, as well. */
  packedBytes: 128 * 1024 * 1024,
  /** Twice the writer's. */
  idLength: 1_024,
  /** Twice the writer's: looked through from the first at each evaluation, 1 ns a slice. */
  slices: 2_000,
  /** Twice the writer's. */
  segments: 2_000,
  /** Declared attributes of one ruleset: twice what the service allows. */
  attributes: 1_000,
  /** Toggles of one ruleset: twice what the service allows. */
  toggles: 20_000,
} as const;

/** Bounds on one evaluation of one toggle, all its rules together. */
export const EVALUATION_LIMITS = {
  /**
   * Units of work beyond the fixed price of a node (values/run.ts says what is charged). A unit is at most 0.3 µs, so that
   * the worst of what is charged stays within 30 ms, and a list of 10,000 in a context is searched ten times.
   */
  units: 100_000,
  /** UTF-16 units of a text that `+` makes: eight attributes of the longest kind that the service takes. */
  textLength: 65_536,
  /** UTF-16 units up to which work on a text is part of the node's price: ids, regions and versions are never charged. */
  freeTextLength: 64,
  /** Lists and maps inside one another that `==` and `in` compare: bounds their recursion. */
  valueDepth: 200,
  /** UTF-16 units of the pattern that `matches` is given: a compiled one takes some hundred bytes a unit. */
  patternLength: 512,
  /** Items of a pattern, its repetitions written out: each takes memory. */
  patternSize: 8_192,
  /** Units of compiling one pattern: some 10 ms. */
  patternUnits: 60_000,
  /** Segments inside one another; more is a failure, and so a cycle ends. */
  segmentDepth: 5,
  /** Toggles asked as prerequisites of one another; more is not met, and so a cycle ends. */
  toggleDepth: 10,
  /**
   * Units for asking a segment or a prerequisite: at most 5,000 are asked in one evaluation, so that parts which ask one
   * another several times each cost some milliseconds, and not their powers. What they ask costs its weight on top, which
   * is free only where it stands once.
   */
  entryUnits: 20,
} as const;
