import type { Condition } from "../conditions/condition.ts";
import { OPERATORS } from "../conditions/operators.ts";
import type { Row } from "../conditions/rows.ts";
import { listed, type Part, type Phrase } from "./phrase.ts";

const MOST_VALUES = 5;

/** Whom a condition means: `users whose plan is pro`, `everyone`. */
export function whoPhrase(condition: Condition): Phrase {
  if (condition.mode === "text") return ["users for whom ", { code: condition.text }, " is true"];
  if (condition.rows.length === 0) return ["everyone"];
  return ["users ", ...listed(condition.rows.map(rowPhrase), condition.join === "all" ? "and" : "or")];
}

/** `whose plan is one of pro, team`, `who belong to the segment beta`. */
export function rowPhrase({ attribute, operator, values }: Row): Phrase {
  const named: Part = attribute === "" ? "…" : { code: attribute };
  switch (operator) {
    case "inSegment":
      return ["in the segment ", valuePart(values[0])];
    case "notInSegment":
      return ["outside the segment ", valuePart(values[0])];
    case "isSet":
      return ["who have ", named];
    case "isNotSet":
      return ["who have no ", named];
    default:
      return ["whose ", named, ` ${OPERATORS[operator].says}`, ...valuesPhrase(operator, values)];
  }
}

function valuesPhrase(operator: Row["operator"], values: Row["values"]): Phrase {
  if (OPERATORS[operator].operand === "none") return [];
  if (values.length === 0) return [" …"];
  const shown: Phrase[] = values.slice(0, MOST_VALUES).map((value) => [valuePart(value)]);
  const left = values.length - shown.length;
  return [" ", ...listed(left > 0 ? [...shown, [`${left} more`]] : shown, left > 0 ? "and" : "or")];
}

function valuePart(value: Row["values"][number] | undefined): Part {
  if (value === undefined) return "…";
  return { code: value === "" ? '""' : String(value) };
}
