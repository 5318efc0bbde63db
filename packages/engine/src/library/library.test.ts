import { expect, test } from "vitest";
import { failureText } from "../explain/failure-text.ts";
import { compileExpression } from "../expressions/compile-expression.ts";
import type { Expression } from "../language/expression.ts";
import { Failure } from "../values/failure.ts";
import { Run } from "../values/run.ts";
import { Duration, Timestamp, Uint } from "../values/scalar.ts";
import { library } from "./index.ts";

/** What a function or method (behind a dot) makes of values of the context. */
function applied(name: string, ...values: readonly unknown[]): unknown {
  const [first, ...others] = values.map((_, at): Expression => ({ kind: "attribute", name: `a${at}` }));
  const isMethod = name.startsWith(".");
  const expression: Expression = isMethod
    ? { kind: "call", name: name.slice(1), ...(first !== undefined && { target: first }), args: others }
    : { kind: "call", name, args: first === undefined ? [] : [first, ...others] };
  const run = new Run();
  run.begin({ ...run.surroundings, library });
  return compileExpression(expression)(Object.fromEntries(values.map((value, at) => [`a${at}`, value])), run);
}

const moment = new Timestamp(1_234_567_890_123_456_789n);

test.each<[string, readonly unknown[], unknown]>([
  ["cidr", ["10.1.2.3", "10.0.0.0/8"], true],
  ["cidr", ["11.1.2.3", "10.0.0.0/8"], false],
  ["cidr", ["10.0.0.1", "10.9.9.9/8"], true],
  ["cidr", ["10.0.0.1", "0.0.0.0/0"], true],
  ["cidr", ["10.0.0.1", "10.0.0.1/32"], true],
  ["cidr", ["::ffff:10.0.0.1", "10.0.0.0/8"], true],
  ["cidr", ["10.0.0.1", "::ffff:10.0.0.0/104"], true],
  ["cidr", ["10.0.0.1", "::/0"], false],
  ["cidr", ["2001:db8::1", "2001:DB8::/32"], true],
  ["cidr", ["2001:db9::1", "2001:db8::/32"], false],
  ["cidr", ["::1", "::1/128"], true],
  ["int", ["-42"], -42n],
  ["int", [-1.9], -1n],
  ["int", [new Timestamp(-1n)], -1n],
  ["int", ["+42"], 42n],
  ["uint", ["42"], new Uint(42n)],
  ["uint", [1.9], new Uint(1n)],
  ["uint", [-0], new Uint(0n)],
  ["double", ["1e3"], 1000],
  ["double", ["-Infinity"], Number.NEGATIVE_INFINITY],
  ["bool", ["True"], true],
  ["string", [1.5], "1.5"],
  ["string", [-0], "-0"],
  ["string", [0], "0"],
  ["string", [new Uint(7n)], "7"],
  ["string", [true], "true"],
  ["string", [moment], "2009-02-13T23:31:30.123456789Z"],
  ["string", [new Timestamp(-1n)], "1969-12-31T23:59:59.999999999Z"],
  ["string", [new Duration(-1_500_000_000n)], "-1.5s"],
  ["string", [Uint8Array.of(0xc3, 0xbf)], "ÿ"],
  ["bytes", ["ÿ"], Uint8Array.of(0xc3, 0xbf)],
  ["timestamp", ["2009-02-14T05:16:30.5+05:45"], new Timestamp(1_234_567_890_500_000_000n)],
  ["timestamp", ["0001-01-01T00:00:00Z"], new Timestamp(-62_135_596_800_000_000_000n)],
  ["timestamp", [new Date(5)], new Timestamp(5_000_000n)],
  ["duration", ["-1h30m1.5s"], new Duration(-5_401_500_000_000n)],
  ["duration", ["1us1ns"], new Duration(1_001n)],
  [".getFullYear", [moment], 2009n],
  [".getDayOfYear", [moment, "US/Central"], 43n],
  [".getDayOfMonth", [moment], 12n],
  [".getDayOfWeek", [moment], 5n],
  [".getHours", [moment, "Asia/Kathmandu"], 5n],
  [".getMinutes", [moment, "-09:30"], 1n],
  [".getHours", [moment, "02:00"], 1n],
  [".getHours", [moment, "GMT"], 23n],
  [".getSeconds", [new Timestamp(-5_000_000_000_000_000_000n), "Asia/Kathmandu"], 56n],
  [".getMilliseconds", [moment], 123n],
  [".getMinutes", [new Duration(5_400_000_000_000n)], 90n],
  [".getMilliseconds", [new Duration(123_321_456_789n)], 321n],
  [".charAt", ["a😀b", 1], "😀"],
  [".substring", ["ta©o©αT", 2, 6], "©o©α"],
  [".indexOf", ["ta©o©αT", "©", 3], 4n],
  [".lastIndexOf", ["bananananana", "nana", 7], 6n],
  [".split", ["a,b,c", ",", 2], ["a", "b,c"]],
  [".split", ["a,b", ",", 0], []],
  [".replace", ["abc", "", "-", 2], "-a-bc"],
  [".replace", ["aaa", "a", "b"], "bbb"],
  [".join", [["a", "b"], "-"], "a-b"],
  [".trim", ["\u0085\u00a0a\ufeff"], "a\ufeff"],
  [".upperAscii", ["tacoCαt"], "TACOCαT"],
])("%s of %o is %o", (name, values, expected) => {
  expect(applied(name, ...values)).toEqual(expected);
});

test.each<[string, readonly unknown[], RegExp]>([
  ["cidr", ["10.0.0.1", "10.0.0.0/33"], /malformed/],
  ["cidr", ["10.0.0.01", "10.0.0.0/8"], /malformed/],
  ["cidr", ["10.0.0.256", "10.0.0.0/8"], /malformed/],
  ["cidr", ["10.0.0.1", "10.0.0.0"], /malformed/],
  ["cidr", ["1:2:3:4:5:6:7", "::/0"], /malformed/],
  ["cidr", ["1::2::3", "::/0"], /malformed/],
  ["cidr", ["::1%eth0", "::/0"], /malformed/],
  ["cidr", [1, "::/0"], /double and string/],
  ["int", ["1.5"], /malformed/],
  ["int", [1e99], /out of range/],
  ["int", [-(2 ** 63)], /out of range/],
  ["int", ["9".repeat(300)], /malformed/],
  ["int", ["+-1"], /malformed/],
  ["int", ["1_000"], /malformed/],
  ["uint", [-1], /out of range/],
  ["uint", [-0.1], /out of range/],
  ["uint", ["-0"], /malformed/],
  ["uint", ["+1"], /malformed/],
  ["double", ["1e400"], /out of range/],
  ["double", [""], /malformed/],
  ["bool", ["TrUe"], /malformed/],
  ["string", [[]], /'string' has no meaning for list/],
  ["string", [Uint8Array.of(0, 0xff)], /malformed/],
  ["timestamp", ["2023-02-30T00:00:00Z"], /malformed/],
  ["timestamp", ["2023-01-01T24:00:00Z"], /malformed/],
  ["timestamp", ["0000-01-01T00:00:00Z"], /out of range/],
  ["timestamp", [new Date(Number.NaN)], /out of range/],
  ["duration", ["320000000000s"], /out of range/],
  ["duration", ["1"], /malformed/],
  ...[
    "Nowhere/At",
    "xGMT+05:30",
    "GMT+05:30",
    "+0530",
    "+05",
    "5:30",
    "+24:00",
    "+05:60",
    "+05:30:15",
    "",
    " UTC",
  ].map((zone): [string, readonly unknown[], RegExp] => [".getHours", [moment, zone], /malformed/]),
  [".getFullYear", [new Duration(1n)], /no meaning/],
  [".substring", ["abc", 2, 1], /out of range/],
  [".charAt", ["abc", 1.5], /no meaning/],
  [".charAt", ["abc", 4], /out of range/],
  [".join", [["a", 1]], /no meaning/],
  [".replace", ["a".repeat(9_000), "a", "12345678"], /characters/],
])("%s of %o fails with %s", (name, values, message) => {
  const answer = applied(name, ...values);

  expect(answer).toBeInstanceOf(Failure);
  expect(answer instanceof Failure && failureText(answer)).toMatch(message);
});

test("is unknown to an evaluation that was not given it", () => {
  const answer = compileExpression({ kind: "call", name: "int", args: ["1"] })({}, new Run());

  expect(answer).toEqual(new Failure("unknown", "int"));
});
