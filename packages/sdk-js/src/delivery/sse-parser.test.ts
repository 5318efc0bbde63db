import fc from "fast-check";
import { expect, test } from "vitest";
import { type ServerSentEvent, SseParser } from "./sse-parser.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function parse(
  chunks: readonly Uint8Array[],
  maxLength = 1_000,
): { events: ServerSentEvent[]; retries: number[] } {
  const events: ServerSentEvent[] = [];
  const retries: number[] = [];
  const parser = new SseParser(
    { event: (event) => void events.push(event), retry: (ms) => void retries.push(ms) },
    maxLength,
  );
  for (const chunk of chunks) parser.push(chunk);
  return { events, retries };
}

function eventsOf(text: string): ServerSentEvent[] {
  return parse([bytesOf(text)]).events;
}

test.each([
  ["LF", "event: put\ndata: a\n\n"],
  ["CR", "event: put\rdata: a\r\r"],
  ["CRLF", "event: put\r\ndata: a\r\n\r\n"],
  ["a mixture", "event: put\rdata: a\r\n\n"],
])("reads lines that end with %s", (_name, text) => {
  expect(eventsOf(text)).toEqual([{ type: "put", data: "a", id: "" }]);
});

test("joins the lines of one event's data", () => {
  expect(eventsOf("data: YHOO\ndata: +2\ndata\ndata: 10\n\n")).toEqual([
    { type: "message", data: "YHOO\n+2\n\n10", id: "" },
  ]);
});

test("takes off one space after the colon, and no more", () => {
  expect(eventsOf("data:a\n\ndata: a\n\ndata:  a\n\n").map(({ data }) => data)).toEqual(["a", "a", " a"]);
});

test("dispatches an empty data line, and nothing for an event without data", () => {
  expect(eventsOf("data\n\nevent: put\n\ndata:\n\n").map(({ type, data }) => [type, data])).toEqual([
    ["message", ""],
    ["message", ""],
  ]);
});

test("passes over comments and unknown fields", () => {
  expect(eventsOf(": heartbeat\n\n:\nfuture: 1\n Data: x\ndata: a\n\n")).toEqual([
    { type: "message", data: "a", id: "" },
  ]);
});

test("keeps the last id from event to event, and passes over an id with a NUL", () => {
  expect(
    eventsOf("id: 1\ndata: a\n\ndata: b\n\nid: x\0y\ndata: c\n\nid\ndata: d\n\n").map(({ id }) => id),
  ).toEqual(["1", "1", "1", ""]);
});

test("takes off a leading byte order mark only", () => {
  expect(eventsOf("\uFEFFdata: a\n\n\uFEFFdata: b\n\n").map(({ data }) => data)).toEqual(["a"]);
});

test("never dispatches what the end of the stream cut off", () => {
  expect(eventsOf("data: a\n\ndata: b\n")).toHaveLength(1);
});

test("tells the reconnection time that the server asks for, when it is a number", () => {
  expect(parse([bytesOf("retry: 1500\nretry: soon\nretry: 1.5\nretry\n\n")]).retries).toEqual([1_500]);
});

test("does not end a line twice when a CRLF is cut between two chunks", () => {
  const chunks = ["data: a\r", "\ndata: b\r", "\n\r", "\n"].map(bytesOf);

  expect(parse(chunks).events).toEqual([{ type: "message", data: "a\nb", id: "" }]);
});

test("does not take a line feed for half of a CRLF when an empty chunk lies between", () => {
  const chunks = ["data: a\r", "", "\n", "\n"].map(bytesOf);

  expect(parse(chunks).events).toHaveLength(1);
});

test.each([
  ["one endless line", ["data: ", "x".repeat(60), "x".repeat(60)]],
  ["endless lines", Array.from({ length: 20 }, () => "data: 12345\n")],
  ["an endless comment", [`:${"x".repeat(101)}`]],
])("refuses %s beyond its bound", (_name, texts) => {
  expect(() => parse(texts.map(bytesOf), 100)).toThrow(expect.objectContaining({ code: "too_large" }));
});

test("has no bound on a whole stream", () => {
  const { events } = parse(
    Array.from({ length: 100 }, () => bytesOf("data: 1234567890\n\n")),
    100,
  );

  expect(events).toHaveLength(100);
});

test("reads the same events however the bytes are cut", () => {
  const piece = fc.constantFrom(
    "data",
    "event",
    "id",
    "retry",
    ":",
    " ",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "a",
    "é",
    "😀",
    "\0",
    "\uFEFF",
    "7",
  );
  const stream = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));
  const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 40 });

  fc.assert(
    fc.property(stream, cuts, (text, at) => {
      expect(parse(cut(bytesOf(text), at)).events).toEqual(referenceEvents(text));
    }),
    { numRuns: 2_000 },
  );
});

test("reads the same events from garbage bytes however they are cut, and never throws", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat({ max: 300 })), (bytes, at) => {
      expect(parse(cut(bytes, at))).toEqual(parse([bytes]));
    }),
  );
});

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const borders = [0, ...at.filter((border) => border < bytes.length).sort((a, b) => a - b), bytes.length];
  return borders.slice(1).map((end, index) => bytes.subarray(borders[index], end));
}

/** The specification's algorithm on a whole text, written without any thought of chunks. */
function referenceEvents(text: string): ServerSentEvent[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  lines.pop();
  const events: ServerSentEvent[] = [];
  let [data, type, id] = ["", "", ""];
  for (const line of lines) {
    if (line === "") {
      if (data !== "") events.push({ type: type || "message", data: data.replace(/\n$/, ""), id });
      [data, type] = ["", ""];
      continue;
    }
    const [, name = "", value = ""] = /^([^:]*)(?:: ?([\s\S]*))?$/.exec(line) ?? [];
    if (name === "data") data += `${value}\n`;
    if (name === "event") type = value;
    if (name === "id" && !value.includes("\0")) id = value;
  }
  return events;
}
