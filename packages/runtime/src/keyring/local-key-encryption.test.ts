import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { openLocalKeyEncryption } from "./local-key-encryption.ts";

const folder = mkdtempSync(join(tmpdir(), "burgee-key-file-"));
const context = { app: "burgee", owner: "acme" };
let file: string;
let files = 0;

beforeEach(() => {
  file = join(folder, String(++files), "key");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("makes a key that its owner alone may read, and nothing else beside it", async () => {
  await openLocalKeyEncryption(file);

  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).toMatch(/^[\w-]{43}\n$/);
  expect(readdirSync(join(file, ".."))).toEqual(["key"]);
});

test("makes no key where one is missed, and says what to do", async () => {
  await expect(openLocalKeyEncryption(file, async () => false)).rejects.toThrow(
    `There is no key file ${file}. One is made at the very first start alone`,
  );

  expect(existsSync(file)).toBe(false);
});

test("asks nobody whether a key may be made where there is one", async () => {
  await openLocalKeyEncryption(file);

  await openLocalKeyEncryption(file, () => Promise.reject(new Error("Asked.")));
});

test("opens what another process wrapped by the same file", async () => {
  const dataKey = randomBytes(32);
  const opened = await Promise.all(Array.from({ length: 8 }, () => openLocalKeyEncryption(file)));

  const wrapped = await Promise.all(opened.map((each) => each.wrap(dataKey, context)));

  const last = await openLocalKeyEncryption(file);
  for (const each of wrapped) expect(await last.unwrap(each, context)).toEqual(dataKey);
  expect(new Set(wrapped).size).toBe(8);
});

test.each([0o640, 0o604, 0o660, 0o644])("refuses a file of mode %o", async (mode) => {
  await openLocalKeyEncryption(file);
  chmodSync(file, mode);

  await expect(openLocalKeyEncryption(file)).rejects.toThrow(
    `Others may read the key file ${file} (mode ${mode.toString(8)})`,
  );
});

test.each(["", "short", "x".repeat(44), `${"x".repeat(43)}\nmore`])("refuses %j as a key", async (text) => {
  await openLocalKeyEncryption(file);
  writeFileSync(file, text);

  await expect(openLocalKeyEncryption(file)).rejects.toThrow(`${file} holds no key`);
});

test("says whose key is missing, and names no key's bytes", async () => {
  const first = await openLocalKeyEncryption(file);
  const wrapped = await first.wrap(randomBytes(32), context);
  const other = await openLocalKeyEncryption(`${file}-other`);

  const refused = await other.unwrap(wrapped, context).catch((error: Error) => error.message);

  expect(refused).toMatch(
    /^The data key was wrapped by the key [0-9a-f]{16}, and .* holds [0-9a-f]{16}: put the right file back\.$/,
  );
  expect(refused).not.toContain(readFileSync(file, "utf8").trim());
});

test.each([
  ["another owner", { ...context, owner: "globex" }, (wrapped: string) => wrapped],
  ["less context", { app: "burgee" }, (wrapped: string) => wrapped],
  ["a changed letter", context, (wrapped: string) => wrapped.replace(/.(?=\|[^|]*$)/, swapped)],
  ["no wrapped key", context, () => "AAAA"],
])("does not unwrap for %s", async (_, asked, change) => {
  const keys = await openLocalKeyEncryption(file);
  const wrapped = await keys.wrap(randomBytes(32), context);

  await expect(keys.unwrap(change(wrapped), asked)).rejects.toMatchObject({ name: "KeyFileError" });
});

function swapped(letter: string): string {
  return letter === "A" ? "Q" : "A";
}
