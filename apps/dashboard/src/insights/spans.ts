/** How far back is looked, and in how long pieces. */
export const SPANS = ["6h", "24h", "7d", "31d"] as const;
export type Span = (typeof SPANS)[number];

const HOUR_MS = 3_600_000;

interface SpanLength {
  readonly ms: number;
  /** Of one column of the picture; usage is counted by the hour. */
  readonly pieceMs: number;
  readonly name: string;
}

export const SPAN_LENGTHS: Readonly<Record<Span, SpanLength>> = {
  "6h": { ms: 6 * HOUR_MS, pieceMs: HOUR_MS, name: "6 hours" },
  "24h": { ms: 24 * HOUR_MS, pieceMs: HOUR_MS, name: "24 hours" },
  "7d": { ms: 7 * 24 * HOUR_MS, pieceMs: 6 * HOUR_MS, name: "7 days" },
  "31d": { ms: 31 * 24 * HOUR_MS, pieceMs: 24 * HOUR_MS, name: "31 days" },
};
