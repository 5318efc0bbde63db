import type { Expression } from "../language/expression.ts";
import { print } from "../language/printer.ts";
import type { Form, FormRow } from "./form.ts";
import { toRow } from "./to-row.ts";
import { whyNoRow } from "./why-no-row.ts";

export type FormResult =
  | { readonly ok: true; readonly form: Form }
  /** `reason` says in plain words what no form can show, and ends with that part as text. */
  | { readonly ok: false; readonly reason: string };

/** The form of a condition that has one. Forms that mean the same come out as one: `18 <= age` is the row of `age >= 18`. */
export function toForm(condition: Expression): FormResult {
  if (condition === true) return { ok: true, form: { all: [] } };
  const isAny = condition !== null && typeof condition === "object" && condition.kind === "or";
  const rows: FormRow[] = [];
  for (const part of partsOf(condition)) {
    const row = toRow(part);
    if (!row) return { ok: false, reason: `${whyNoRow(part)}: ${shorten(print(part))}` };
    rows.push(row);
  }
  return { ok: true, form: isAny ? { any: rows } : { all: rows } };
}

function partsOf(condition: Expression): readonly Expression[] {
  if (condition === null || typeof condition !== "object") return [condition];
  // By the grammar there are two operands or more: with fewer, a form could not tell the two kinds apart.
  const isGroup = (condition.kind === "and" || condition.kind === "or") && condition.of.length > 1;
  return isGroup ? condition.of : [condition];
}

const MAX_SHOWN = 200;

function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
