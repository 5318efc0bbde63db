import { IdPacker, packedIds, whole } from "@burgee/engine/lists";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linesOf } from "./id-lines.ts";
import { IdText } from "./id-text.ts";

const lines = { type: "lines", hasHeader: false } as const;
const csv = { type: "csv", hasHeader: false } as const;

describe("lines", () => {
  test.each([
    ["end as they may, and the last need not", "a\nb\r\nc", ["a", "b", "c"]],
    ["that are blank are dropped, and blanks around ids", "\n  a \t\n\r\n   \nb c\n", ["a", "b c"]],
    ["that come twice count once", "a\nb\na\n", ["a", "b"]],
    ["after a byte order mark are without it", "\ufeffa\nb", ["a", "b"]],
    ["keep commas and quotes", 'a,b\n"c"', ['"c"', "a,b"]],
    ["end in CR alone too", "a\rb\r\rc\r", ["a", "b", "c"]],
    ["of joined files are without any byte order mark", "\ufeffa\n\ufeffb\n \ufeff c", ["a", "b", "c"]],
    ["keep tabs inside", "a\tb", ["a\tb"]],
    ["of nothing are an empty list", "", []],
  ])("%s", (_title, text, expected) => {
    expect(idsOf(text, lines)).toEqual(expected);
  });
});

describe("CSV", () => {
  test.each([
    ["gives its first column", "a,1\nb,2\r\nc", ["a", "b", "c"]],
    ["may quote it, with quotes and commas inside", '"a,""x""",1\n"b,c",2\n', ['a,"x"', "b,c"]],
    ["keeps a quote inside a field, in the first line as well", 'a"b,1\nab"c,1\n"d",1', ['a"b', 'ab"c', "d"]],
    ["ends rows in CR alone too", '"a",1\rb,"x\ry"\rc', ["a", "b", "c"]],
    ["may quote other columns", 'a,"x\ny,z"\nb,"""q"""\n', ["a", "b"]],
    ["may hold empty ids, which are dropped", ',1\n"",2\na,3', ["a"]],
    ["after a byte order mark is without it", '\ufeff"a",1\nb', ["a", "b"]],
  ])("%s", (_title, text, expected) => {
    expect(idsOf(text, csv)).toEqual(expected);
  });

  test("with a header leaves it out", () => {
    expect(idsOf('"the\nid",name\na,Ada\n', { ...csv, hasHeader: true })).toEqual(["a"]);
  });
});

test("reads the same, wherever the text is cut into chunks", () => {
  const text = fc.array(fc.constantFrom("a", "é", "😀", "\n", "\r", '"', ",", " ", "\ufeff"), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(text, fc.constantFrom(lines, csv), (parts, format) => {
      const bytes = Buffer.from(parts.join(""));

      const outcomes = [bytes.length || 1, 1, 3].map((size) => outcomeOf(bytes, format, size));

      expect(outcomes[1]).toEqual(outcomes[0]);
      expect(outcomes[2]).toEqual(outcomes[0]);
    }),
  );
});

test("takes the same list again from what a download of it says", () => {
  const parts = fc.constantFrom(
    "a",
    "é",
    "😀",
    "\n",
    "\r",
    '"',
    ",",
    " ",
    "\t",
    "\ufeff",
    "\0",
    "\u0085",
    "\u2028",
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 30 }), fc.constantFrom(lines, csv), (text, format) => {
      const packed = packedOf(Buffer.from(text.join("")), format);
      fc.pre(packed !== undefined);

      const written = Buffer.concat([...linesOf(packed)]);

      expect(packedOf(written, lines)).toEqual(packed);
    }),
  );
});

test.each([
  ["not_utf8", Buffer.from([0x61, 0x0a, 0x62, 0xff, 0x0a]), lines],
  ["too_long", Buffer.from(`a\n${"b".repeat(513)}\nc`), lines],
  ["too_long", Buffer.from(`a\n${"b".repeat(10_000)}`), lines],
  ["unclosed_quote", Buffer.from('a\n"b",1,"\nc\nd'), csv],
  ["line_break", Buffer.from('a\n"b\nc",1\nd'), csv],
  ["line_break", Buffer.from('a\r\n"b\rc",1\r\nd'), csv],
  ["control_character", Buffer.from("ada\nbo\0b\n"), lines],
  ["control_character", Buffer.from("ada\nbo\u007f\n"), lines],
  ["control_character", Buffer.from("ada\nbo\u0085cy\n"), csv],
])("refuses what is %s, and names the line", (code, bytes, format) => {
  const text = new IdText(new IdPacker(), format);
  const read = () => {
    text.take(bytes);
    text.end();
  };

  expect(read).toThrow(
    expect.objectContaining({ code: "invalid_input", issues: [expect.objectContaining({ code, line: 2 })] }),
  );
});

test.each(["utf16le", "utf16be"])("refuses a text in %s, without a mark, in its first line", (encoding) => {
  const bytes = Buffer.from("ada\nbob\n", "utf16le");
  if (encoding === "utf16be") bytes.swap16();

  const message = "Line 1: an id has no control character, and here is U+0000; send the text in UTF-8.";
  expect(outcomeOf(bytes, lines, 4)).toBe(message);
});

type Format = ConstructorParameters<typeof IdText>[1];

function idsOf(text: string, format: Format): readonly string[] {
  return read(Buffer.from(text), format, 4);
}

function outcomeOf(bytes: Buffer, format: Format, size: number): unknown {
  try {
    return read(bytes, format, size);
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

function read(bytes: Buffer, format: Format, size: number): readonly string[] {
  return [...packedIds(pack(bytes, format, size))].map((id) => Buffer.from(id).toString());
}

function packedOf(bytes: Buffer, format: Format): Uint8Array | undefined {
  try {
    return pack(bytes, format, bytes.length);
  } catch {
    return undefined;
  }
}

function pack(bytes: Buffer, format: Format, size: number): Uint8Array {
  const packer = new IdPacker();
  const text = new IdText(packer, format);
  for (let at = 0; at < bytes.length; at += size) text.take(bytes.subarray(at, at + size));
  text.end();
  return whole(packer.finish()).bytes;
}
