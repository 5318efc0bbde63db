import { expect, test } from "vitest";
import { parseExpression } from "./condition.ts";

const bytes = (value: string) => ({ kind: "bytes", value });

test.each([
  ["'a\"b'", 'a"b'],
  ['"a\'b"', "a'b"],
  ["'''x''x'''", "x''x"],
  ['"""a "quoted"\nline"""', 'a "quoted"\nline'],
  ["''''''", ""],
  ["r'\\d+\\.'", "\\d+\\."],
  ['R"\\"', "\\"],
  ["r'''a\\\n'''", "a\\\n"],
  ["'\\303\\277 \\xfe \\u00e9 \\U0001F600'", "Ã¿ þ é 😀"],
  ["'\\ud83d\\ude00'", "😀"],
])("reads %s as a text", (text, value) => {
  expect(parseExpression(text)).toMatchObject({ ok: true, expression: value });
});

test.each([
  ["b'abc'", "abc"],
  ["b'ÿ'", "\xc3\xbf"],
  ["b'\\303\\277'", "\xc3\xbf"],
  ["B'\\377\\xFF\\n'", "\xff\xff\n"],
  ["b'''a\n😀'''", "a\n\xf0\x9f\x98\x80"],
  ['bR"\\377"', "\\377"],
])("reads %s as bytes", (text, value) => {
  expect(parseExpression(text)).toMatchObject({ ok: true, expression: bytes(value) });
});

test.each([
  ["0x1F", { kind: "int", value: "31" }],
  ["-0x1f", { kind: "int", value: "-31" }],
  ["-9223372036854775808", { kind: "int", value: "-9223372036854775808" }],
  ["7u", { kind: "uint", value: "7" }],
  ["0xFFFFFFFFFFFFFFFFU", { kind: "uint", value: "18446744073709551615" }],
  [".5e1", { kind: "double", value: 5 }],
  ["-1E-3", { kind: "double", value: -0.001 }],
])("reads %s as a number", (text, expression) => {
  expect(parseExpression(text)).toEqual({ ok: true, expression, warnings: [] });
});
