/** Hours of usage as the columns of a picture. */
import type { Outputs } from "../api/trpc.ts";

type Usage = Outputs["toggles"]["usage"];

export interface Column {
  readonly fromMs: number;
  readonly toMs: number;
  /** By variant; the caller's fallback under {@link FALLBACK}. */
  readonly counts: Readonly<Record<string, number>>;
  readonly total: number;
}

/** No variant has this key. */
export const FALLBACK = "(fallback)";

export function columnsOf(
  { hours, from, to }: Pick<Usage, "hours" | "from" | "to">,
  pieceMs: number,
): readonly Column[] {
  const startMs = Math.floor(Date.parse(from) / pieceMs) * pieceMs;
  const count = Math.max(1, Math.ceil((Date.parse(to) - startMs) / pieceMs));
  const counts = Array.from({ length: count }, (): Record<string, number> => ({}));
  for (const { hour, variant, count: evaluations } of hours) {
    const column = counts[Math.floor((Date.parse(hour) - startMs) / pieceMs)];
    const key = variant ?? FALLBACK;
    if (column) column[key] = (column[key] ?? 0) + evaluations;
  }
  return counts.map((each, index) => ({
    fromMs: startMs + index * pieceMs,
    toMs: startMs + (index + 1) * pieceMs,
    counts: each,
    total: Object.values(each).reduce((sum, value) => sum + value, 0),
  }));
}

/** `1,204 evaluations in the last 24 hours: 75 % off, 25 % on.` */
export function usageSentence({ variants }: Pick<Usage, "variants">, span: string): string {
  const total = variants.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return `No evaluations in the last ${span}.`;
  const parts = variants.map(
    ({ variant, count }) => `${percent.format(count / total)} ${variant ?? "the caller's fallback"}`,
  );
  return `${number.format(total)} evaluations in the last ${span}: ${parts.join(", ")}.`;
}

const number = new Intl.NumberFormat("en");
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
