import { type RawBuilder, sql } from "kysely";
import type { Comparison, Condition } from "../schema/records.ts";

/**
 * What a row holds of an attribute: a text as it is, one without regard to case, one that is in lower case already, a yes or
 * no, or a query of texts of which any may fit.
 */
export interface Column {
  readonly kind: "text" | "caseless" | "lowered" | "flag" | "any";
  readonly expression: RawBuilder<unknown>;
}

/** What stands in a condition is bound as parameters; columns come from `columns` alone. */
export function conditionSql<Attribute extends string>(
  condition: Condition<Attribute>,
  columns: Readonly<Record<Attribute, Column>>,
): RawBuilder<boolean> {
  switch (condition.is) {
    case "all":
    case "any": {
      const parts = condition.of.map((part) => conditionSql(part, columns));
      return sql<boolean>`(${sql.join(parts, condition.is === "all" ? sql` and ` : sql` or `)})`;
    }
    case "not":
      return sql<boolean>`not ${conditionSql(condition.of, columns)}`;
    case "present":
      return present(columns[condition.attribute]);
    case "compared":
      return sql<boolean>`coalesce(${compared(columns[condition.attribute], condition.by, condition.value)}, ${condition.by === "ne"})`;
    default:
      return condition satisfies never;
  }
}

function present({ kind, expression }: Column): RawBuilder<boolean> {
  return kind === "any" ? sql<boolean>`exists (${expression})` : sql<boolean>`((${expression}) is not null)`;
}

function compared(
  { kind, expression }: Column,
  by: Comparison,
  value: string | boolean,
): RawBuilder<unknown> {
  if (kind === "flag") return sql`(${expression}) ${sql.raw(by === "ne" ? "<>" : "=")} ${value}::boolean`;
  if (kind === "any") {
    const isIn = sql`${value}::text in (${expression})`;
    return by === "ne" ? sql`not ${isIn}` : isIn;
  }
  const held = kind === "caseless" ? sql`lower(${expression})` : expression;
  const given = kind === "text" ? sql`${value}::text` : sql`lower(${value}::text)`;
  switch (by) {
    case "eq":
      return sql`${held} = ${given}`;
    case "ne":
      return sql`${held} <> ${given}`;
    case "co":
      return sql`position(${given} in ${held}) > 0`;
    case "sw":
      return sql`starts_with(${held}, ${given})`;
    case "ew":
      return sql`right(${held}, length(${given})) = ${given}`;
    default:
      return by satisfies never;
  }
}
