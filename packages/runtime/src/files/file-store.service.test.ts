import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { appendFile, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withS3 } from "@burgee/test-support";
import { afterAll, describe, expect, test, vi } from "vitest";
import { type FileStore, FileStoreError } from "./file-store.ts";
import { openLocalFiles } from "./local-files.ts";
import { openFileStore } from "./open-file-store.ts";

const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), "burgee-files-"));
const s3Server = await withS3();
for (const [name, value] of Object.entries(s3Server.env)) vi.stubEnv(name, value);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const local = () => openLocalFiles(join(folder, "local"));
const s3 = () =>
  openFileStore({ fileStore: `s3://${s3Server.bucket}/of/burgee`, s3Endpoint: s3Server.endpoint });
let files = 0;
const newKey = () => `audit-exports/acme/file-${++files}.jsonl`;

describe.each([
  ["a folder", local],
  ["S3", s3],
])("in %s", (_, open) => {
  test("a file is what was added to it, part by part, over several processes", async () => {
    const key = newKey();
    const parts = [bytes(5 * MIB, 1), bytes(6 * MIB, 2), bytes(17, 3)];

    let upload = await open().begin(key);
    for (const part of parts) upload = await open().append(key, copied(upload), part);
    await open().complete(key, copied(upload));

    expect(Buffer.concat(parts).equals(await contentOf(open(), key))).toBe(true);
  });

  test("is not there before it is complete, nor once it was removed", async () => {
    const key = newKey();
    const upload = await open().append(key, await open().begin(key), bytes(100, 1));

    expect(await open().read(key)).toBeUndefined();
    await open().complete(key, upload);
    expect(await contentOf(open(), key)).toHaveLength(100);
    await open().remove(key);
    await open().remove(key);
    expect(await open().read(key)).toBeUndefined();
  });

  test("goes on from where it was noted, whatever was added after that", async () => {
    const key = newKey();
    const noted = await open().append(key, await open().begin(key), bytes(5 * MIB, 1));
    await open().append(key, noted, bytes(5 * MIB, 2));

    const upload = await open().append(key, noted, bytes(3, 3));
    await open().complete(key, upload);

    expect(Buffer.concat([bytes(5 * MIB, 1), bytes(3, 3)]).equals(await contentOf(open(), key))).toBe(true);
  });

  test("may be completed twice, and aborted after that", async () => {
    const key = newKey();
    const upload = await open().append(key, await open().begin(key), bytes(10, 1));

    await open().complete(key, upload);
    await open().complete(key, upload);
    await open().abort(key, upload);

    expect(await contentOf(open(), key)).toEqual(bytes(10, 1));
  });

  test("says of an upload that was aborted that it is lost", async () => {
    const key = newKey();
    const upload = await open().append(key, await open().begin(key), bytes(10, 1));
    await open().abort(key, upload);
    await open().abort(key, upload);

    const lost = { name: "FileStoreError", code: "upload_lost" };
    await expect(open().append(key, upload, bytes(1, 2))).rejects.toMatchObject(lost);
    await expect(open().complete(key, upload)).rejects.toMatchObject(lost);
    expect(await open().read(key)).toBeUndefined();
  });

  test("is read from any byte to any other", async () => {
    const key = newKey();
    const content = bytes(1_000, 7);
    const upload = await open().append(key, await open().begin(key), content);
    await open().complete(key, upload);

    expect(await contentOf(open(), key, { start: 10, end: 19 })).toEqual(content.subarray(10, 20));
    expect(await contentOf(open(), key, { start: 999, end: 999 })).toEqual(content.subarray(999));
  });

  test.each(["../x.jsonl", "/x.jsonl", "a//x.jsonl", "a/../x.jsonl", "a\\x.jsonl", ".jsonl", "x", "A.csv"])(
    "has no key such as %s",
    async (key) => {
      await expect(open().begin(key)).rejects.toThrow(FileStoreError);
    },
  );
});

test("in a folder, what a process added before it died and did not note is cut off", async () => {
  const key = newKey();
  const upload = await local().append(key, await local().begin(key), bytes(10, 1));
  await appendFile(join(folder, "local", `${key}.unfinished`), "never noted");

  await local().complete(key, upload);

  expect(await contentOf(local(), key)).toEqual(bytes(10, 1));
});

test("in a folder, an upload whose file is shorter than was noted is lost", async () => {
  const key = newKey();
  const upload = await local().append(key, await local().begin(key), bytes(10, 1));
  await truncate(join(folder, "local", `${key}.unfinished`), 9);

  await expect(local().append(key, upload, bytes(1, 1))).rejects.toMatchObject({ code: "upload_lost" });
});

test("in a folder, nothing is left of what was aborted", async () => {
  const key = "audit-exports/gone/file.csv";
  const upload = await local().append(key, await local().begin(key), bytes(10, 1));

  await local().abort(key, upload);

  expect(readdirSync(join(folder, "local", "audit-exports", "gone"))).toEqual([]);
});

function bytes(length: number, fill: number): Buffer {
  return Buffer.alloc(length, fill);
}

/** As it comes back from where it was kept. */
function copied<T>(value: T): T {
  return structuredClone(value);
}

async function contentOf(store: FileStore, key: string, range?: { start: number; end: number }) {
  const chunks = await store.read(key, range);
  if (!chunks) throw new Error(`There is no file ${key}.`);
  const read: Uint8Array[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return Buffer.concat(read);
}
