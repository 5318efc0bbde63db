import fc from "fast-check";
import type { Expression } from "../src/index.ts";
import { scalars } from "./expressions.ts";

/** What a sender may call anything: names that mean something, text that would mean something if it were not quoted, and all else. */
export const wildNames: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "a",
    "x",
    "now",
    "int",
    "type",
    "true",
    "if",
    "in",
    "has",
    "segment",
    "matches",
    "all",
    "google",
  ),
  fc.constantFrom(
    "a` || true || `b",
    "a\nb",
    "a//b",
    "",
    " ",
    "größe",
    "cognito:groups",
    "a.b",
    "b) || (c",
    "\\",
    "`",
  ),
  fc.constantFrom(
    "&&",
    "||",
    "==",
    "!",
    "-",
    "? a :",
    "has(a) || has",
    "google.protobuf.Timestamp",
    "lambda",
  ),
  fc.string({ unit: "binary", maxLength: 6 }),
);

const operators = fc.oneof(fc.constantFrom("==", "!=", "<", "in", "+", "-", "*", "!"), wildNames);
const doubles = fc.oneof(
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0),
  fc.double(),
);

const { part } = fc.letrec<{ part: unknown }>((tie) => {
  const inner = tie("part");
  const parts = fc.array(inner, { maxLength: 3 });
  const named = (kind: string, name: string) => fc.record({ kind: fc.constant(kind), [name]: wildNames });
  const select = fc.record({ kind: fc.constant("select"), of: inner, field: wildNames });
  const leaf = fc.oneof(
    scalars,
    fc.record({ kind: fc.constant("double"), value: doubles }),
    ...(["attribute", "variable", "type"] as const).map((kind) => named(kind, "name")),
    named("segment", "key"),
    fc.record({ kind: fc.oneof(fc.constant("now"), wildNames) }),
  );
  const compound = fc.oneof(
    fc.record({ kind: fc.constant("list"), items: parts }),
    fc.record({ kind: fc.constant("map"), entries: fc.array(fc.tuple(inner, inner), { maxLength: 2 }) }),
    select,
    fc.record({ kind: fc.constant("index"), of: inner, at: inner }),
    fc.record({ kind: fc.constant("has"), of: fc.oneof(select, named("attribute", "name")) }),
    fc.record({ kind: fc.constant("call"), name: wildNames, args: parts }),
    fc.record({ kind: fc.constant("call"), name: wildNames, target: inner, args: parts }),
    fc.record(
      {
        kind: fc.constant("macro"),
        name: fc.oneof(fc.constantFrom("map", "exists"), wildNames),
        over: inner,
        variable: wildNames,
        test: inner,
        body: inner,
      },
      { requiredKeys: ["kind", "name", "over", "variable", "body"] },
    ),
    fc.record({ kind: fc.constant("unary"), op: operators, of: inner }),
    fc.record({ kind: fc.constant("binary"), op: operators, left: inner, right: inner }),
    fc.record({ kind: fc.constantFrom("and", "or"), of: parts }),
    fc.record({ kind: fc.constant("conditional"), test: inner, whenTrue: inner, whenFalse: inner }),
  );
  return { part: fc.oneof({ maxDepth: 4 }, leaf, compound) };
});

/** Trees of a sender that keeps to no grammar: some are whole, as `checkExpression` judges, and more are not. */
export const wildExpressions = part as fc.Arbitrary<Expression>;
