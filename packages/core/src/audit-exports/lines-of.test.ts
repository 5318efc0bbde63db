import fc from "fast-check";
import { expect, test } from "vitest";
import { linesOf } from "./lines-of.ts";

test("lines are the same however they are cut into chunks", { timeout: 30_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.replaceAll("\n", "")),
        { minLength: 1, maxLength: 10 },
      ),
      fc.integer({ min: 1, max: 7 }),
      async (lines, size) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));

        const read: string[] = [];
        for await (const line of linesOf(chunksOf(bytes, size))) read.push(line);

        expect(read).toEqual(lines.map((line) => Buffer.from(line).toString()));
      },
    ),
    { numRuns: 30 },
  );
});

test("a last line that nothing ends is a line too", async () => {
  const read: string[] = [];
  for await (const line of linesOf(chunksOf(Buffer.from("one\ntwo"), 2))) read.push(line);

  expect(read).toEqual(["one", "two"]);
});

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
