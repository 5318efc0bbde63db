/** What makes a row of the builder whole. */
import type { FormOperator, FormRow, FormValue } from "@burgee/engine/language";
import { OPERATORS } from "./operators.ts";

export interface Row {
  /** Of this row alone, for as long as it is edited. */
  readonly id: string;
  /** Empty for a test of a segment, and while none is chosen. */
  readonly attribute: string;
  readonly operator: FormOperator;
  readonly values: readonly FormValue[];
}

type Written = Omit<Row, "id" | "attribute"> & { readonly attribute?: string };

/** Whether nothing is left to be filled in. */
export function isFormRow(row: Written): row is FormRow {
  return problemOfRow({ attribute: "", ...row }) === undefined;
}

/** What is left to be filled in; undefined for a whole row. */
export function problemOfRow({ attribute, operator, values }: Omit<Row, "id">): string | undefined {
  const { operand, says } = OPERATORS[operator];
  if (operand === "segment") return firstIsText(values) ? undefined : "choose a segment.";
  if (attribute === "") return "choose an attribute.";
  switch (operand) {
    case "none":
      return values.length === 0 ? undefined : `${attribute} ${says} takes no value.`;
    case "values":
      return values.length > 0 ? undefined : `give ${attribute} a value to be held against.`;
    case "value":
      return values.length === 1 ? undefined : `give ${attribute} a value to be held against.`;
    case "number":
      return typeof values[0] === "number" && Number.isFinite(values[0])
        ? undefined
        : `give ${attribute} a number to be held against.`;
    default:
      return firstIsText(values) ? undefined : `say what ${attribute} ${says}.`;
  }
}

function firstIsText([value, ...more]: readonly FormValue[]): boolean {
  return typeof value === "string" && value !== "" && more.length === 0;
}
