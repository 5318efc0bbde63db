/** What a guard says, and why. */
export type Verdict = "healthy" | "breach" | "unknown";
export type BreachAction = "hold" | "roll_back" | "warn";

export type CheckName = "control" | "bound" | "arms" | "traffic" | "sample" | "source";

export interface Check {
  readonly check: CheckName;
  readonly verdict: Verdict;
  /** What a breach asks for. */
  readonly action: BreachAction;
  /** A sentence with its numbers. */
  readonly text: string;
  readonly numbers: Readonly<Record<string, number | null>>;
}

export interface GuardVerdict {
  readonly guard: string;
  readonly verdict: Verdict;
  readonly action: BreachAction;
  readonly checks: readonly Check[];
  /** What is measured, as far as it was: a share from 0 to 1, or a value. */
  readonly treatment: number | null;
  readonly control: number | null;
  /** What treatment is held to by now; null where nothing is known to hold it to. */
  readonly threshold: number | null;
}

/** What is not known comes before a warning, which lets a plan go on; what stops it, before both. */
const ORDER: readonly ((one: Pick<Check, "verdict" | "action">) => boolean)[] = [
  ({ verdict, action }) => verdict === "breach" && action === "roll_back",
  ({ verdict, action }) => verdict === "breach" && action === "hold",
  ({ verdict }) => verdict === "unknown",
  ({ verdict }) => verdict === "breach",
];

/** The gravest of several; healthy only where there is at least one, and all are. */
export function gravest(
  several: readonly Pick<Check, "verdict" | "action">[],
): Pick<Check, "verdict" | "action"> {
  for (const isSo of ORDER) {
    const found = several.find(isSo);
    if (found) return { verdict: found.verdict, action: found.action };
  }
  return { verdict: several.length > 0 ? "healthy" : "unknown", action: "hold" };
}
