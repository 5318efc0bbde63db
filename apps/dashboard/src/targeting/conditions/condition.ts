/**
 * A rule's condition while it is edited: rows of the builder, or the expression as text. Rows may be unfinished, so that nothing is lost
 * while somebody is at it; what is saved is always the expression.
 */
import type { ConditionOptions, Expression, Form, FormRow } from "@burgee/engine/language";
import { fromForm, parseCondition, parseExpression, print, toForm } from "@burgee/engine/language";
import { isFormRow, problemOfRow, type Row } from "./rows.ts";

export type Condition = RowsCondition | TextCondition;

export interface RowsCondition {
  readonly mode: "rows";
  /** Whether all rows must hold, or any. */
  readonly join: "all" | "any";
  readonly rows: readonly Row[];
  /** As it was written before, as long as no row was touched. */
  readonly source?: string;
}

export interface TextCondition {
  readonly mode: "text";
  readonly text: string;
}

/** The expression; undefined while a row is unfinished. */
export function textOf(condition: Condition): string | undefined {
  if (condition.mode === "text") return condition.text;
  if (condition.source !== undefined) return condition.source;
  const form = formOf(condition);
  return form && print(fromForm(form));
}

/** As rows where it has some, else as text. */
export function conditionOf(text: string): Condition {
  const parsed = parseExpression(text, { checked: false });
  const shown = parsed.ok ? toForm(parsed.expression) : undefined;
  return shown?.ok ? rowsOf(shown.form, text) : { mode: "text", text };
}

export type Switched =
  | { readonly ok: true; readonly condition: Condition }
  /** Why it stays as it is. */
  | { readonly ok: false; readonly reason: string };

/** The rows of an expression, which stays as it was written until one is touched. */
export function toRows({ text }: TextCondition, options: ConditionOptions): Switched {
  const parsed = parseCondition(text, options);
  if (!parsed.ok) {
    const { line, column, message } = parsed.error;
    return { ok: false, reason: `Line ${line}, column ${column}: ${message}` };
  }
  const shown = toForm(parsed.expression);
  return shown.ok
    ? { ok: true, condition: rowsOf(shown.form, text) }
    : { ok: false, reason: `${shown.reason}.` };
}

/** The expression that rows stand for. */
export function toText(condition: RowsCondition): Switched {
  const text = textOf(condition);
  if (text !== undefined) return { ok: true, condition: { mode: "text", text } };
  return { ok: false, reason: `Finish the rows first: ${problemsOf(condition)[0] ?? "one is unfinished"}` };
}

/** What is unfinished, a sentence a row. */
export function problemsOf({ rows }: RowsCondition): readonly string[] {
  return rows.map(problemOfRow).filter((problem) => problem !== undefined);
}

/** The checked tree, where the condition is one. */
export function treeOf(condition: Condition, options: ConditionOptions = {}): Expression | undefined {
  const text = textOf(condition);
  if (text === undefined) return undefined;
  const parsed = parseCondition(text, options);
  return parsed.ok ? parsed.expression : undefined;
}

export function newId(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 8);
}

function rowsOf(form: Form, source: string): RowsCondition {
  const [join, rows] = "all" in form ? (["all", form.all] as const) : (["any", form.any] as const);
  return { mode: "rows", join, rows: rows.map(rowOf), source };
}

function rowOf(row: FormRow): Row {
  return {
    id: newId(),
    attribute: "attribute" in row ? row.attribute : "",
    operator: row.operator,
    values: row.values,
  };
}

function formOf({ join, rows }: RowsCondition): Form | undefined {
  const finished: FormRow[] = [];
  for (const { attribute, operator, values } of rows) {
    const row = { ...(attribute !== "" && { attribute }), operator, values };
    if (!isFormRow(row)) return undefined;
    finished.push(row);
  }
  return join === "any" ? { any: finished } : { all: finished };
}
