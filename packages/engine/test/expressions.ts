import fc from "fast-check";
import type { Expression } from "../src/index.ts";

const KEYWORDS = ["true", "false", "null", "in"];
const RESERVED =
  "as break const continue else for function if import let loop package namespace return var void while";
const notNames = new Set([...KEYWORDS, ...RESERVED.split(" "), "has"]);

const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
const name = fc.oneof(
  fc.constantFrom("a", "b", "region", "userId", "targetingKey", "constructor", "__proto__"),
  word.filter((text) => !notNames.has(text)),
);
const callee = fc.oneof(fc.constantFrom("size", "startsWith", "endsWith", "contains", "semver"), name);
const binaryOperator = fc.constantFrom("==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%");

const int = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));

/** A literal that is no container. */
export const scalars: fc.Arbitrary<Expression> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("a", "IN", "1.2.3", ""),
  fc.boolean(),
  fc.constant(null),
  fc.record({ kind: fc.constant("int"), value: fc.oneof(fc.constantFrom("0", "1", "2"), int) }),
  fc.record({ kind: fc.constant("double"), value: fc.oneof(fc.constantFrom(0, 1, 1.5), double) }),
);

/** Any tree that the parser could make without its checker. */
export const { expression: expressions } = fc.letrec<{ expression: Expression }>((tie) => {
  const part = tie("expression");
  const attribute = fc.record({ kind: fc.constant("attribute"), name });
  const selection = fc.record({ kind: fc.constant("select"), of: part, field: fc.oneof(name, word) });
  const parts = fc.array(part, { maxLength: 3 });
  const compound: fc.Arbitrary<Expression> = fc.oneof(
    fc.record({ kind: fc.constant("list"), items: parts }),
    fc.record({ kind: fc.constant("map"), entries: fc.array(fc.tuple(part, part), { maxLength: 3 }) }),
    selection,
    fc.record({ kind: fc.constant("index"), of: part, at: part }),
    fc.record({ kind: fc.constant("has"), of: fc.oneof(selection, attribute) }),
    fc.record({ kind: fc.constant("call"), name: callee, args: parts }),
    fc.record({ kind: fc.constant("call"), name: callee, target: part, args: parts }),
    fc.record({ kind: fc.constant("unary"), op: fc.constantFrom("!", "-"), of: part }),
    fc.record({ kind: fc.constant("binary"), op: binaryOperator, left: part, right: part }),
    logic("and", part),
    logic("or", part),
    fc.record({ kind: fc.constant("conditional"), test: part, whenTrue: part, whenFalse: part }),
  );
  return { expression: fc.oneof({ maxDepth: 5 }, scalars, attribute, compound) };
});

function logic(kind: "and" | "or", part: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  const operand = part.filter((inner) => inner === null || typeof inner !== "object" || inner.kind !== kind);
  return fc.record({ kind: fc.constant(kind), of: fc.array(operand, { minLength: 2, maxLength: 4 }) });
}
