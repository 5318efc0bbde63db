/** How much work an analysis may be. What lies beyond is `unknown`: the same input gives the same answers everywhere. */
export const ANALYSIS_BOUNDS = {
  /** Literals looked at to answer one question: a rule among 200 with lists takes some thousands. */
  stepsPerQuestion: 200_000,
  /** Literals looked at for one toggle: about half a second. */
  stepsPerToggle: 3_000_000,
  /** Parts of conditions, written out with the segments and prerequisites they ask, of one toggle. */
  formulaParts: 200_000,
  /** Nesting of a condition, its segments written out: far within any stack. */
  depth: 400,
  /** Classes of one subject's values that are told apart, times the atoms that ask it: as many bytes. */
  cells: 8_000_000,
  /** Kinds of texts (by prefix, suffix, part, order, version, time) that one subject's texts are told apart by. */
  textClasses: 2_000,
  /** Atoms that are evaluated on values of their subject's, for one toggle. */
  evaluations: 300_000,
  /** Contexts that are evaluated to find a witness, for one question. */
  contexts: 300,
  /** Ways to satisfy a formula that are looked at to find a witness, for one question. */
  models: 8,
  /** Ids that are hashed to find one in a bucket: one of 1,000 is found all but surely. */
  hashes: 20_000,
  /** Operands of one `&&` among which a contradiction is narrowed down. */
  operands: 64,
} as const;
