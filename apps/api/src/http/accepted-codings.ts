/** RFC 9110 §12.5.3: how an answer may be packed. */
export const CODINGS = ["br", "gzip"] as const;
export type Coding = (typeof CODINGS)[number];

const NONE: readonly Coding[] = [];
/** By the header: programs send a few, and each over and over. */
const known = new Map<string, readonly Coding[]>();
const MOST_KNOWN = 1_000;
const LONGEST_KNOWN = 200;

/** Those of ours that are accepted, the best first: by the caller's weights, and by size between equals. */
export function acceptedCodings(header: string | string[] | undefined): readonly Coding[] {
  if (typeof header !== "string") return NONE;
  const before = known.get(header);
  if (before) return before;

  const codings = codingsIn(header);
  if (known.size === MOST_KNOWN) known.clear();
  if (header.length <= LONGEST_KNOWN) known.set(header, codings);
  return codings;
}

function codingsIn(header: string): readonly Coding[] {
  const weights = new Map<string, number>();
  for (const part of header.toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    const weight = parameters.find((text) => text.startsWith("q="))?.slice(2);
    weights.set(name === "x-gzip" ? "gzip" : name, weight === undefined ? 1 : Number(weight));
  }
  const weightOf = (coding: Coding) => weights.get(coding) ?? weights.get("*") ?? 0;
  return CODINGS.filter((coding) => weightOf(coding) > 0).sort(
    (one, other) => weightOf(other) - weightOf(one),
  );
}
