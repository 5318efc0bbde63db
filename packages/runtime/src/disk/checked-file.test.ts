import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { decodeChecked, peekChecked, readChecked, writeChecked } from "./checked-file.ts";

const KIND = { name: "note", version: 2 };
const LARGE = 64 * 1024 * 1024;
const root = mkdtempSync(join(tmpdir(), "burgee-checked-"));
let files = 0;

afterAll(() => rmSync(root, { recursive: true }));

const newPath = () => join(root, `folder-${files++}`, "file");

async function written(body: Uint8Array, kind = KIND): Promise<string> {
  const path = newPath();
  await writeChecked(path, kind, body);
  return path;
}

test("a file gives back the bytes that were written, in a folder and a file of this user's alone", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 4_000 }), async (body) => {
      const path = await written(body);

      const read = await readChecked(path, KIND, LARGE);

      expect(read).toMatchObject({ ok: true, body: Buffer.from(body) });
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
      expect(readdirSync(join(path, ".."))).toEqual(["file"]);
    }),
    { numRuns: 30 },
  );
});

test("a large body is checked as a small one is", async () => {
  const body = Buffer.alloc(3 * 1024 * 1024 + 17, "x");

  const read = await readChecked(await written(body), KIND, LARGE);

  expect(read?.ok && read.body.equals(body)).toBe(true);
});

test("a file of which any one byte was changed is refused, wherever it is", async () => {
  const bytes = readFileSync(await written(Buffer.from("the whole of it, as it was written")));
  const changed = fc.record({
    at: fc.nat({ max: bytes.length - 1 }),
    by: fc.integer({ min: 1, max: 255 }),
  });

  await fc.assert(
    fc.asyncProperty(changed, async ({ at, by }) => {
      const poisoned = Buffer.from(bytes);
      poisoned[at] = (poisoned[at] ?? 0) ^ by;

      expect(await decodeChecked(KIND, poisoned)).toMatchObject({ ok: false });
    }),
    { numRuns: 500 },
  );
});

test("a file that was cut anywhere, that goes on, or that is anything else, is refused", async () => {
  const bytes = readFileSync(await written(Buffer.from("the whole of it, as it was written")));

  for (let length = 0; length < bytes.length; length++)
    expect(await decodeChecked(KIND, bytes.subarray(0, length))).toMatchObject({ ok: false });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1 }), async (noise) => {
      expect(await decodeChecked(KIND, Buffer.from(noise))).toMatchObject({ ok: false });
      expect(await decodeChecked(KIND, Buffer.concat([bytes, noise]))).toMatchObject({ ok: false });
    }),
  );
});

test.each([
  ["another kind", { name: "other", version: 2 }, "foreign"],
  ["an earlier version", { name: "note", version: 1 }, "foreign"],
  ["a later version", { name: "note", version: 3 }, "newer"],
])("a file of %s is told as such", async (_, kind, trouble) => {
  expect(await readChecked(await written(Buffer.from("text"), kind), KIND, LARGE)).toEqual({
    ok: false,
    trouble,
  });
});

test("a file is not read that is larger than it may be, or that others may write", async () => {
  const large = await written(Buffer.alloc(2_000));
  const shared = await written(Buffer.from("text"));
  await chmod(shared, 0o666);

  expect(await readChecked(large, KIND, 1_000)).toEqual({ ok: false, trouble: "too_large" });
  expect(await readChecked(shared, KIND, LARGE)).toEqual({ ok: false, trouble: "writable_by_others" });
});

test("a file that is not there is none, and a folder in its place is an error", async () => {
  expect(await readChecked(newPath(), KIND, LARGE)).toBeUndefined();
  await expect(readChecked(root, KIND, LARGE)).rejects.toThrow("EISDIR");
});

test("the start of a file is had without the rest of it", async () => {
  const path = await written(Buffer.from("first line\nsecond line"));

  expect((await peekChecked(path, KIND, 10))?.toString()).toBe("first line");
  expect(await peekChecked(path, { ...KIND, name: "other" }, 10)).toBeUndefined();
  expect(await peekChecked(newPath(), KIND, 10)).toBeUndefined();
});

test("what can't take its name leaves nothing behind", async () => {
  const path = newPath();
  mkdirSync(path, { recursive: true });

  await expect(writeChecked(path, KIND, Buffer.from("text"))).rejects.toThrow();

  expect(readdirSync(join(path, ".."))).toEqual(["file"]);
});
