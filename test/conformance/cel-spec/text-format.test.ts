import { expect, test } from "vitest";
import { parseTextFormat } from "./text-format.ts";

test("reads fields with and without a colon, repeated ones in order, and lists in brackets", () => {
  const message = parseTextFormat("test { name: 'a' }, test: < name: \"b\" >; n: 1 n: -2 n: [3, inf]");

  expect(message.messages("test").map((each) => each.text("name"))).toEqual(["a", "b"]);
  expect(message.all("n").map((value) => value.kind === "word" && value.text)).toEqual([
    "1",
    "-2",
    "3",
    "inf",
  ]);
});

test("reads an Any by the URL in brackets, over several lines", () => {
  const message = parseTextFormat("object_value {\n  [type.googleapis.com/a.b.C]\n  { seconds: 5 } }");

  expect(message.message("object_value")?.message("[type.googleapis.com/a.b.C]")?.word("seconds")).toBe("5");
});

test("joins strings in a row, across lines and comments, but reads no comment inside of one", () => {
  const message = parseTextFormat(`# a comment { of no field\nexpr: "1 # 2" # then\n  ' + 3'\n`);

  expect(message.text("expr")).toBe("1 # 2 + 3");
});

test.each([
  [String.raw`"\303\277"`, "ÿ"],
  [String.raw`"\x41\X42"`, "AB"],
  [String.raw`'\'\"\\\?'`, `'"\\?`],
  [String.raw`"\a\b\f\n\r\t\v"`, "\u0007\b\f\n\r\t\v"],
  [String.raw`"\u00ff\U0001F431"`, "ÿ🐱"],
  [`"\\\\x41"`, String.raw`\x41`],
])("reads %s", (text, expected) => {
  expect(parseTextFormat(`expr: ${text}`).text("expr")).toBe(expected);
});

test("keeps bytes that are no UTF-8", () => {
  expect(parseTextFormat(String.raw`bytes_value: "\000\xff"`).bytes("bytes_value")).toEqual(
    Uint8Array.of(0, 255),
  );
});

test.each([
  ["1e-10", "1e-10"],
  ["- 5", "-5"],
  ["-inf", "-inf"],
  ["0x1F", "0x1F"],
  ["1.5f", "1.5f"],
])("reads the number %s", (text, expected) => {
  expect(parseTextFormat(`n: ${text}`).word("n")).toBe(expected);
});

test.each([
  ["a: {", "the text ends inside a message"],
  ["a: 1\n}", "line 2: unexpected }"],
  ["a 1", "line 1: unexpected 1"],
  ["\n\na: %", "line 3: unexpected '%'"],
  [String.raw`a: "\q"`, String.raw`no escape: \q`],
])("refuses %j", (text, message) => {
  expect(() => parseTextFormat(text)).toThrow(message);
});
