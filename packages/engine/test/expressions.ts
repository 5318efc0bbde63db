import fc from "fast-check";
import type { Expression } from "../src/index.ts";

const KEYWORDS = ["true", "false", "null", "in"];
const RESERVED =
  "as break const continue else for function if import let loop package namespace return var void while";
const MACROS = ["all", "exists", "exists_one", "map", "filter"] as const;
const notNames = new Set([...KEYWORDS, ...RESERVED.split(" ")]);
/** Calls of these are other nodes. */
const notCallees = new Set<string>([...notNames, ...MACROS, "has", "segment", "matches"]);

const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
/** Some that mean something else where they stand bare, and some that must stand in backticks. */
const attributeName = fc.oneof(
  fc.constantFrom("a", "b", "region", "userId", "targetingKey", "constructor", "__proto__"),
  fc.constantFrom("x", "now", "int", "type", "has", "package", "true", "user-agent", "a/b c.d"),
  word,
);
const field = fc.oneof(attributeName, word);
const otherCallee = word.filter((text) => !notCallees.has(text));
const callee = fc.oneof(fc.constantFrom("size", "semver", "timestamp", "type", "now"), otherCallee);
const method = fc.oneof(
  fc.constantFrom("size", "startsWith", "endsWith", "contains", "matches", "getHours"),
  otherCallee,
);
const binaryOperator = fc.constantFrom("==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%");
const variableName = fc.constantFrom("x", "y", "map", "a");

const int = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const uint = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));

/** A literal that is no container. */
export const scalars: fc.Arbitrary<Expression> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("a", "IN", "1.2.3", ""),
  fc.boolean(),
  fc.constant(null),
  fc.record({ kind: fc.constant("int"), value: fc.oneof(fc.constantFrom("0", "1", "2"), int) }),
  fc.record({ kind: fc.constant("uint"), value: fc.oneof(fc.constantFrom("0", "1", "2"), uint) }),
  fc.record({ kind: fc.constant("double"), value: fc.oneof(fc.constantFrom(0, 1, 1.5), double) }),
  fc.record({ kind: fc.constant("bytes"), value: fc.string({ unit: byte }) }),
);

/** Types stand only beside a `type(…)` or in one. */
const typeLiteral = fc.record({
  kind: fc.constant("type"),
  name: fc.constantFrom("bool", "int", "list", "type", "semver", "google.protobuf.Timestamp"),
});

const { expression: unbound } = fc.letrec<{ expression: Expression }>((tie) => {
  const part = tie("expression");
  const attribute = fc.record({ kind: fc.constant("attribute"), name: attributeName });
  const selection = fc.record({ kind: fc.constant("select"), of: part, field });
  const parts = fc.array(part, { maxLength: 3 });
  const typeOf = fc
    .tuple(fc.oneof(part, typeLiteral))
    .map((args) => ({ kind: "call", name: "type", args }) as const);
  const types = fc.record({
    kind: fc.constant("list"),
    items: fc.array(fc.oneof(typeLiteral, part), { maxLength: 3 }),
  });
  const leaf = fc.oneof(
    scalars,
    attribute,
    fc.record({ kind: fc.constant("variable"), name: variableName }),
    fc.constant({ kind: "now" } as const),
    fc.record({ kind: fc.constant("segment"), key: fc.string() }),
  );
  const compound: fc.Arbitrary<Expression> = fc.oneof(
    fc.record({ kind: fc.constant("list"), items: parts }),
    fc.record({ kind: fc.constant("map"), entries: fc.array(fc.tuple(part, part), { maxLength: 3 }) }),
    selection,
    fc.record({ kind: fc.constant("index"), of: part, at: part }),
    fc.record({ kind: fc.constant("has"), of: fc.oneof(selection, attribute) }),
    fc.record({ kind: fc.constant("call"), name: callee, args: parts }),
    fc.record({ kind: fc.constant("call"), name: method, target: part, args: parts }),
    fc.record({
      kind: fc.constant("macro"),
      name: fc.constantFrom(...MACROS),
      over: part,
      variable: variableName,
      body: part,
    }),
    fc.record({
      kind: fc.constant("macro"),
      name: fc.constant("map"),
      over: part,
      variable: variableName,
      test: part,
      body: part,
    }),
    typeOf,
    binary(fc.constantFrom("==", "!="), typeOf, fc.oneof(typeLiteral, part)),
    binary(fc.constantFrom("==", "!="), fc.oneof(typeLiteral, part), typeOf),
    binary(fc.constant("in"), typeOf, types),
    fc.record({ kind: fc.constant("unary"), op: fc.constantFrom("!", "-"), of: part }),
    binary(binaryOperator, part, part),
    logic("and", part),
    logic("or", part),
    fc.record({ kind: fc.constant("conditional"), test: part, whenTrue: part, whenFalse: part }),
  );
  return { expression: fc.oneof({ maxDepth: 5 }, leaf, compound) };
});

/** Any tree that the parser could make without its checker. */
export const expressions: fc.Arbitrary<Expression> = unbound.map((expression) => bound(expression, []));

/** The tree with every variable that no macro around it binds made an attribute. */
function bound(expression: Expression, scope: readonly string[]): Expression {
  if (expression === null || typeof expression !== "object") return expression;
  const inner = (part: Expression) => bound(part, scope);
  switch (expression.kind) {
    case "variable":
      return scope.includes(expression.name) ? expression : { kind: "attribute", name: expression.name };
    case "list":
      return { ...expression, items: expression.items.map(inner) };
    case "map":
      return { ...expression, entries: expression.entries.map(([key, value]) => [inner(key), inner(value)]) };
    case "select":
      return { ...expression, of: inner(expression.of) };
    case "has":
      if (expression.of.kind === "attribute") return expression;
      return { ...expression, of: { ...expression.of, of: inner(expression.of.of) } };
    case "index":
      return { ...expression, of: inner(expression.of), at: inner(expression.at) };
    case "call": {
      const call = { ...expression, args: expression.args.map(inner) };
      return expression.target === undefined ? call : { ...call, target: inner(expression.target) };
    }
    case "macro": {
      const within = [...scope, expression.variable];
      const macro = { ...expression, over: inner(expression.over), body: bound(expression.body, within) };
      return expression.test === undefined ? macro : { ...macro, test: bound(expression.test, within) };
    }
    case "unary":
      return { ...expression, of: inner(expression.of) };
    case "binary":
      return { ...expression, left: inner(expression.left), right: inner(expression.right) };
    case "and":
    case "or":
      return { ...expression, of: expression.of.map(inner) };
    case "conditional":
      return {
        ...expression,
        test: inner(expression.test),
        whenTrue: inner(expression.whenTrue),
        whenFalse: inner(expression.whenFalse),
      };
    default:
      return expression;
  }
}

function binary(
  op: fc.Arbitrary<Extract<Expression, { kind: "binary" }>["op"]>,
  left: fc.Arbitrary<Expression>,
  right: fc.Arbitrary<Expression>,
): fc.Arbitrary<Expression> {
  return fc.record({ kind: fc.constant("binary"), op, left, right });
}

function logic(kind: "and" | "or", part: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  const operand = part.filter((inner) => inner === null || typeof inner !== "object" || inner.kind !== kind);
  return fc.record({ kind: fc.constant(kind), of: fc.array(operand, { minLength: 2, maxLength: 4 }) });
}
