import fc from "fast-check";
import { expect, test } from "vitest";
import { READ_LIMITS, WRITE_LIMITS } from "../limits.ts";
import { checkExpression } from "../ruleset/check-expression.ts";
import { parseCondition, parseExpression } from "./condition.ts";

test.each([
  ["", 1, 1, "the end of the text", "a value"],
  ["region ==", 1, 10, "the end of the text", "a value"],
  ["region = 'IN'", 1, 8, "'='", "an operator or the end of the text"],
  ["region == 'IN' and x", 1, 16, "'and'", "an operator or the end of the text"],
  ["(a || b", 1, 8, "the end of the text", "')'"],
  ["a ? b", 1, 6, "the end of the text", "':'"],
  ["[1, 2", 1, 6, "the end of the text", "',' or ']'"],
  ["f(1,)", 1, 5, "')'", "a value"],
  ["{'a' 1}", 1, 6, "'1'", "':'"],
  ["{'a': 1 'b': 2}", 1, 9, "the text 'b'", "',' or '}'"],
  ["a.'b'", 1, 3, "the text 'b'", "a name after '.'"],
  ["a[1", 1, 4, "the end of the text", "']'"],
  ["a\n  ==\r\n   in", 3, 4, "'in'", "a value"],
  ["'abc", 1, 1, "the end of the text", "'"],
  ["'a\nb'", 1, 1, "the end of the line", "'"],
  ["'\\q'", 1, 2, "'\\q'", "an escape such as \\n, \\', \\\\, \\x41 or \\u00e9"],
  ["'\\ud800'", 1, 2, "'\\ud800'", "the code of a Unicode character"],
  ["a == 1.5u", 1, 6, "'1.5u'", "a number"],
  ["a == 18446744073709551616u", 1, 6, "18446744073709551616u", "a uint up to 18446744073709551615"],
  ["-1u == a", 1, 2, "a uint", "a number after '-'"],
  ["a == r'\\'' ", 1, 10, "the end of the text", "'"],
  ["a == '''b\nc''", 1, 6, "the end of the text", "'''"],
  ["a == b'\\u0041'", 1, 8, "'\\u0041'", "an escape such as \\n, \\', \\\\, \\xff or \\377"],
  ["a.`b|c`", 1, 3, "the name `b|c`", "a name of letters, digits, blanks and _ . - / in backticks"],
  ["`b", 1, 1, "the name `b", "a name of letters, digits, blanks and _ . - / in backticks"],
  ["`a`(b)", 1, 4, "'('", "an operator or the end of the text"],
  ["a && .", 1, 7, "the end of the text", "a name after '.'"],
  ["Account{id: 1} == a", 1, 8, "'{'", "an operator"],
  ["now() > a", 1, 1, "'now' called", "'now' without parentheses"],
  ["a == 12abc", 1, 6, "'12abc'", "a number"],
  ["a == 1e999", 1, 6, "1e999", "a number up to 1.79e308"],
  ["a == 9223372036854775808", 1, 6, "9223372036854775808", "an int up to 9223372036854775807"],
  ["a == #", 1, 6, "'#'", "a part of a condition"],
  ["a == “IN”", 1, 6, "'“'", "a part of a condition"],
  ["if == 1", 1, 1, "'if', which is reserved", "another name"],
  [
    "'a' + 1 == 'b'",
    1,
    5,
    "a string + an int",
    "two numbers, strings, bytes, lists or durations, or a timestamp and a duration around '+'",
  ],
  [
    "'a' - a == 1",
    1,
    5,
    "a string - any value",
    "two numbers, timestamps or durations, or a timestamp and a duration around '-'",
  ],
  ["1.5 % 2.0 == 1.0", 1, 5, "a double % a double", "two ints around '%'"],
  ["1 == 'a'", 1, 3, "an int == a string", "two values of one type around '=='"],
  [
    "[1] < a",
    1,
    5,
    "a list < any value",
    "two numbers, strings, bools, bytes, timestamps, durations or semvers around '<'",
  ],
  [
    "1 < 'a'",
    1,
    3,
    "an int < a string",
    "two numbers, strings, bools, bytes, timestamps, durations or semvers around '<'",
  ],
  [
    "semver(v) > '1.2'",
    1,
    11,
    "a semver > a string",
    "two numbers, strings, bools, bytes, timestamps, durations or semvers around '>'",
  ],
  ["a in 'abc'", 1, 6, "a string", "a list or a map after 'in'"],
  ["!3", 1, 2, "an int", "true or false after '!'"],
  ["-'a' == b", 1, 2, "a string", "a number after '-'"],
  ["a && 'b'", 1, 6, "a string", "true or false beside '&&'"],
  ["1 || a", 1, 1, "an int", "true or false beside '||'"],
  ["'a' ? b : c", 1, 1, "a string", "true or false before '?'"],
  ["'a'.b", 1, 5, "a field of a string", "a map before '.'"],
  ["'a'[0] == 'a'", 1, 1, "a string", "a list or a map before '['"],
  ["[1]['a'] == 1", 1, 5, "a string", "an int as index of a list"],
  ["{'a': 1}[1] == 1", 1, 10, "an int", "a string, as the keys of this map"],
  ["{1: 'a'}['b'] == 'a'", 1, 10, "a string", "an int, as the keys of this map"],
  ["{true: 1}[null] == 1", 1, 11, "null", "a string, an int, a uint or a bool as key"],
  ["{}[[1]] == 1", 1, 4, "a list", "a string, an int, a uint or a bool as key"],
  ["{null: 1} == a", 1, 2, "null", "a string, an int, a uint or a bool as key"],
  ["size(3) == 1", 1, 6, "an int", "a string, bytes, a list or a map"],
  ["size(a, b) == 1", 1, 1, "'size' with a wrong number of arguments", "'size(value)'"],
  ["a.startsWith(1)", 1, 14, "an int", "a string"],
  ["startsWith(a, b)", 1, 1, "'startsWith' called by itself", "'text.startsWith(beginning)'"],
  ["a.semver() == b", 1, 3, "'semver' called on a value", "'semver(text)'"],
  ["a.startswith('b')", 1, 3, "'startswith'", "'startsWith'"],
  ["semver('v1.2') > semver(a)", 1, 8, "'v1.2'", "a version such as 1.2.3 or 2.0.0-beta.1"],
  ["has(3)", 1, 5, "something else", "a field or an attribute in has(…), as in has(user.plan)"],
  ["has()", 1, 1, "'has' with a wrong number of arguments", "'has(map.field)'"],
  ["size(a)", 1, 1, "an int", "a bool"],
  ["a ? 1 : 'x'", 1, 9, "a string", "an int, as before ':'"],
  ["a ? true : b ? 1.5 : 'x'", 1, 22, "a string", "a double, as before ':'"],
  ["a ? true : (b ? 1.5 : 2)", 1, 13, "a double or an int", "a bool, as before ':'"],
  ["a ? 1 : 2.5", 1, 1, "an int or a double", "a bool"],
  ["a ? null : 'x'", 1, 1, "null or a string", "a bool"],
  ["['a', 'b'][0]", 1, 1, "a string", "a bool"],
  ["[1, 'a'][b]", 1, 1, "an int or a string", "a bool"],
  ["(a ? [1] : ['b'])[0]", 1, 2, "an int or a string", "a bool"],
  ["([1] + ['b'])[0]", 1, 2, "an int or a string", "a bool"],
  ["a.map(x, 'b')[0]", 1, 1, "a string", "a bool"],
  ["a.split(',')[0]", 1, 1, "a string", "a bool"],
  ["{'a': 1, true: 'b'}[c]", 1, 1, "an int or a string", "a bool"],
  ["{'a': 1}.a", 1, 1, "an int", "a bool"],
  ["(a ? {'a': 1} : {'a': 'b'}).a", 1, 2, "an int or a string", "a bool"],
  ["a + 1", 1, 1, "an int or a double", "a bool"],
  ["a && -b", 1, 6, "an int or a double", "true or false beside '&&'"],
  ["[1, 'a'].exists(x, x)", 1, 20, "an int or a string", "true or false in 'exists'"],
])("refuses %j at %i:%i", (text, line, column, found, expected) => {
  const parsed = parseCondition(text);

  expect(parsed).toMatchObject({ ok: false, error: { line, column, found, expected } });
});

test.each([
  ["region = 'IN'", "Did you mean '=='?"],
  ["a AND b", "Did you mean '&&'?"],
  ["userId IN ['a']", "Did you mean 'in'?"],
  ["a.startWith('b')", "Did you mean 'startsWith'?"],
  ["hass(a.b)", "Did you mean 'has'?"],
  ["launch(a)", "functions the nearest are all, double, dyn, has, int."],
  [`${"x".repeat(100)}(a)`, "functions the nearest are "],
  ["a == “IN”", "straight quotes"],
  ["semver(a) > semver('v1.2')", "Leave out the leading v."],
  ["a.existsOne(x, x)", "Did you mean 'exists_one'?"],
  ["a.lowerASCI() == b", "Did you mean 'lowerAscii'?"],
  ["package == 'pro'", "As an attribute it is `package`."],
  ["timestamp(a) > '2026-01-31'", "compares with timestamp('2026-01-31T00:00:00Z')."],
  ["size(a) > 1u - 1", "an int by uint(x)."],
  ["Account{}", "Messages are no part of the language."],
  ["#lambda", "what no text can mean"],
  ["1", "A condition is true or false; this is an int."],
])("helps with %j", (text, help) => {
  const parsed = parseCondition(text);

  expect(parsed).toMatchObject({ ok: false, error: { message: expect.stringContaining(help) } });
});

test.each([
  "launch(a)",
  `${"x".repeat(1_000)}(a)`,
  `a.${"x".repeat(1_000)}()`,
  `'${"x".repeat(1_000)}' + 1 == a`,
  `a ${"x".repeat(1_000)}`,
  `\`${"ö".repeat(1_000)}\``,
  `${"1".repeat(300)} == a`,
  `if.${"x".repeat(1_000)}`,
  `cidr('${"x".repeat(1_000)}', a)`,
])("says in at most 200 characters what is wrong with %.20s", (text) => {
  const parsed = parseCondition(text, {
    segments: Array.from({ length: 1_000 }, (_, at) => `segment-${at}`),
  });

  expect(parsed.ok || parsed.error.message.length).toBeLessThanOrEqual(200);
  expect(parsed.ok || parsed.error.expected?.length).toBeLessThanOrEqual(100);
});

test.each([
  "true",
  "a",
  "a.b",
  "a[0]",
  "a ? b : c",
  "a == null && null != 1",
  "age + 1 > 18.5",
  "a < b",
  "1 < 1.5",
  "a ? true : null",
  "(a ? 1 : 2.5) > b && (a ? null : 'x') == b && (a ? b : 1) == 'x'",
  "[true, 1][a] && [b, 1][0] && ([1] + a)[0] && {'a': 1, 'b': true}.b && {'a': b}['a'] && [[true]][0][0]",
  "[][0] && {}.a && dyn(1)",
  "[true, 1].exists(x, x) && a.map(x, x)[0]",
  "{1: true}[1]",
  "{1: true}[1u] && {1u: true}[1.0] && {'a': true, 1: true}[a] && {a: true}['b'] && {}['c']",
  "'a' in {'a': 1,} || 'b' in ['b',]",
  "semver(a) == semver('1')",
  "a + 'x' == 'yx' && a + [1] == b",
  "  a // the rest is a comment\n && b",
  'a == "\\a\\b\\f\\n\\r\\t\\v\\"\\\'\\?\\`\\\\\\x41\\X41\\u0041\\U0001F600\\101"',
])("takes %j", (text) => {
  expect(parseCondition(text)).toMatchObject({ ok: true });
});

test("keeps what the text says", () => {
  const parsed = parseExpression("!a.b && -1.5 < -x[0x1F] || 'it\\'s \\U0001F600' in [.5, 1e3]", {
    checked: false,
  });

  expect(parsed).toEqual({
    ok: true,
    warnings: [],
    expression: {
      kind: "or",
      of: [
        {
          kind: "and",
          of: [
            {
              kind: "unary",
              op: "!",
              of: { kind: "select", of: { kind: "attribute", name: "a" }, field: "b" },
            },
            {
              kind: "binary",
              op: "<",
              left: { kind: "double", value: -1.5 },
              right: {
                kind: "unary",
                op: "-",
                of: { kind: "index", of: { kind: "attribute", name: "x" }, at: { kind: "int", value: "31" } },
              },
            },
          ],
        },
        {
          kind: "binary",
          op: "in",
          left: "it's 😀",
          right: {
            kind: "list",
            items: [
              { kind: "double", value: 0.5 },
              { kind: "double", value: 1000 },
            ],
          },
        },
      ],
    },
  });
});

const { conditionDepth, conditionLength, conditionNodes, listItems } = WRITE_LIMITS;

test.each([
  ["parentheses", "(".repeat(100_000)],
  ["brackets", `${"[".repeat(conditionDepth + 1)}${"]".repeat(conditionDepth + 1)}`],
  ["negations", `${"!".repeat(100_000)}a`],
  ["minus signs", `${"-".repeat(100_000)}a`],
  ["choices", "a ? a : ".repeat(50_000)],
  ["operators", `a${" + a".repeat(conditionDepth + 1)}`],
  ["selections", `a${".b".repeat(100_000)}`],
  ["nodes", `a${" || a".repeat(conditionNodes)}`],
  ["operands", `true${"||true".repeat(listItems)}`],
  [
    "operands in parentheses",
    Array(3)
      .fill(`(true${"||true".repeat(listItems / 2)})`)
      .join("||"),
  ],
  ["items", `a in [${"1,".repeat(listItems + 1)}]`],
  ["entries", `a in {${"1:1,".repeat(listItems + 1)}}`],
  ["characters", " ".repeat(conditionLength + 1)],
  ["digits", `a == ${"1".repeat(1_000)}`],
])("refuses too many %s, with a position", (_what, text) => {
  const parsed = parseCondition(text);

  expect(parsed).toMatchObject({
    ok: false,
    error: { line: 1, message: expect.stringMatching(/most|than/) },
  });
});

test("writes nothing that a reader would refuse for its size", () => {
  const ids = Array.from({ length: listItems }, (_, at) => `'${String(at).padStart(36, "0")}'`);
  const largest = [
    `userId in [${ids}]`,
    `${"(a && (a || ".repeat(40)}a${"))".repeat(40)}`,
    `a${" || a".repeat(conditionNodes - 2)}`,
    `true${"||true".repeat(listItems - 1)}`,
    `a in [${Array.from({ length: listItems }, (_, at) => at)}]`,
  ].map((text) => parseCondition(text));

  expect(largest.map((parsed) => (parsed.ok ? checkExpression(parsed.expression) : parsed))).toEqual(
    largest.map(() => undefined),
  );
  expect(READ_LIMITS.conditionNodes).toBeGreaterThan(conditionNodes);
});

const soup = fc
  .array(
    fc.constantFrom(
      ..."a b userId in has size semver all exists map segment now type int ` .a ''' b' r\" u . ( ) [ ] { } , ? : ! - + * / % == != < <= && || = & 'x' \"y\" ' \\ 1 2.5 1e9 0x 9999999999999999999 true null if // \n \r\n".split(
        " ",
      ),
    ),
    { maxLength: 30 },
  )
  .map((tokens) => tokens.join(" "));

test("never throws, and gives each refusal a position inside the text", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), soup), (text) => {
      const parsed = parseCondition(text);
      if (parsed.ok) return;

      const { line, column, message } = parsed.error;
      const lines = text.split(/\r\n|\n|\r/);
      expect(message).not.toBe("");
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
    }),
    { numRuns: 5_000 },
  );
}, 30_000);
