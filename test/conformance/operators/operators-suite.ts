import { findText } from "../conformance-folder.ts";
import { evaluateText } from "../evaluate-text.ts";
import type { Case, Suite } from "../suite.ts";
import { conditionText, type NeutralCondition } from "./condition-text.ts";

interface Vector extends NeutralCondition {
  readonly id: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** The attribute counts as absent, whatever stands in the context. */
  readonly missing?: boolean;
  readonly expected: boolean;
}

/** Single conditions of Unleash, LaunchDarkly and GrowthBook. */
export function loadOperators(folder: string): Suite | undefined {
  const text = findText(folder, "operators", "operators.jsonl");
  if (text === undefined) return undefined;
  const vectors = text.split("\n").filter((line) => line.trim() !== "");
  return { cases: vectors.map((line) => caseOf(JSON.parse(line))), exclusions: [] };
}

function caseOf(vector: Vector): Case {
  return {
    name: vector.id,
    run: () => {
      const text = conditionText(vector);
      const outcome = evaluateText(text, contextOf(vector), { checked: false });
      if (outcome.kind === "refused") return `${text} was refused: ${outcome.message}`;
      const matches = outcome.kind === "value" && outcome.value === true;
      if (matches === vector.expected) return undefined;
      const got = outcome.kind === "value" ? String(outcome.value) : outcome.message;
      return `${text} over ${JSON.stringify(contextOf(vector))}: expected ${vector.expected}; got ${got}`;
    },
  };
}

function contextOf({ attr, context, missing = false }: Vector): Readonly<Record<string, unknown>> {
  if (!missing) return context;
  const { [attr]: _absent, ...others } = context;
  return others;
}
