import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readVectors } from "../../test/vectors.ts";
import { murmur3 } from "../bucketing/murmur3.ts";
import { READ_LIMITS, WRITE_LIMITS } from "../limits.ts";
import { compareText } from "./compare-ids.ts";
import { hashBytes } from "./hash-bytes.ts";
import {
  type IdList,
  IdPacker,
  inTurns,
  packedIds,
  packIds,
  readIdList,
  readIdListInTurns,
} from "./index.ts";

const texts = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
const ids = fc.uniqueArray(fc.oneof(texts, fc.string({ minLength: 1, maxLength: 3 })), { maxLength: 200 });
const utf8 = (text: string) => new TextEncoder().encode(text);

test("finds every id that was packed, and no other", () => {
  fc.assert(
    fc.property(ids, fc.array(texts), (listed, others) => {
      const list = listOf(packIds(listed).bytes);

      expect(list.count).toBe(listed.length);
      for (const id of listed) expect(list.has(id)).toBe(true);
      for (const id of others) expect(list.has(id)).toBe(listed.includes(id));
    }),
  );
});

test("packs a set into the same bytes, in whatever order and however often its ids come", () => {
  fc.assert(
    fc.property(ids, fc.infiniteStream(fc.nat()), (listed, order) => {
      const shuffled = [...listed, ...listed].sort(() => ((order.next().value ?? 0) % 3) - 1);

      const packed = packIds(shuffled);

      expect(packed.bytes).toEqual(packIds(listed).bytes);
      expect(packed).toMatchObject({ count: listed.length, duplicates: listed.length });
    }),
  );
});

test("keeps ids in the order of their UTF-8, which is not that of UTF-16", () => {
  const { bytes } = packIds(["😀", "\ufffd", "b", "é", "aa", "a"]);

  const order = [...packedIds(bytes)].map((id) => new TextDecoder().decode(id));

  expect(order).toEqual(["a", "aa", "b", "é", "\ufffd", "😀"]);
});

test("reads any bytes to a list that packs to them, or to an error, and never throws", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.uint8Array({ maxLength: 60 }).map((tail) => Uint8Array.of(0x62, 0x67, 0x6c, 1, ...tail)),
    fc.tuple(ids, fc.nat(), fc.nat(255)).map(([listed, at, byte]) => {
      const changed = packIds(listed).bytes;
      changed[at % changed.length] = byte;
      return changed;
    }),
    fc.tuple(ids, fc.nat()).map(([listed, length]) => {
      const { bytes: whole } = packIds(listed);
      return whole.subarray(0, length % whole.length);
    }),
  );

  fc.assert(
    fc.property(bytes, (given) => {
      const read = readIdList(given);

      if (!read.ok)
        expect(read.error.code).toMatch(/^(not_a_list|unsupported_version|too_large|malformed_list)$/);
      else
        expect(
          packIds(
            [...packedIds(given)].map((id) =>
              new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(id),
            ),
          ).bytes,
        ).toEqual(given);
    }),
    { numRuns: 2_000 },
  );
});

test("hashes bytes as it hashes the text that they are, and finds them equal", () => {
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      const bytes = utf8(`xy${one}`);

      expect(hashBytes(bytes, 2, bytes.length) >>> 0).toBe(murmur3(one));
      expect(compareText(one, bytes, 2, bytes.length)).toBe(0);
      expect(Math.sign(compareText(other, bytes, 2, bytes.length))).toBe(
        Math.sign(Buffer.compare(utf8(other), utf8(one))),
      );
    }),
  );
});

describe("the vectors of packed lists", () => {
  const vectors = readVectors("id-lists") as readonly Vector[];

  test.each(vectors.filter(({ ids }) => ids))("$title", ({ base64, hash, ids = [], not = [] }) => {
    const bytes = Buffer.from(base64, "base64");
    const list = listOf(bytes);

    expect(createHash("sha256").update(bytes).digest("hex")).toBe(hash);
    expect(Buffer.from(packIds(ids).bytes).toString("base64")).toBe(base64);
    expect(ids.filter((id) => !list.has(id))).toEqual([]);
    expect(not.filter((id) => list.has(id))).toEqual([]);
  });

  test.each(vectors.filter(({ error }) => error))("refuses $title", ({ base64, error }) => {
    expect(readIdList(Buffer.from(base64, "base64"))).toMatchObject({ ok: false, error: { code: error } });
  });
});

interface Vector {
  readonly title: string;
  readonly base64: string;
  readonly hash?: string;
  readonly ids?: readonly string[];
  readonly not?: readonly string[];
  readonly error?: string;
}

test("holds none with half a surrogate pair, also beside the character that stands for it", () => {
  const list = listOf(packIds(["\ufffd", "a\ufffd"]).bytes);

  expect(["\ud800", "a\ud800", "\udc00"].some((id) => list.has(id))).toBe(false);
  expect(() => packIds(["\ud800"])).toThrow(/not_utf8/);
});

test("makes no room for a count that the bytes can't hold", () => {
  const read = readIdList(Uint8Array.of(0x62, 0x67, 0x6c, 1, 0x80, 0x80, 0x79));

  expect(read).toMatchObject({ ok: false, error: { message: "There is no room for 1982464 ids." } });
});

test("refuses more ids and more bytes than a reader takes", () => {
  const many = Uint8Array.of(0x62, 0x67, 0x6c, 1, 0x81, 0x89, 0x7a);

  expect(readIdList(many)).toMatchObject({ ok: false, error: { code: "too_large" } });
  expect(readIdList(new Uint8Array(READ_LIMITS.packedBytes + 1))).toMatchObject({
    ok: false,
    error: { code: "too_large" },
  });
});

test.each([
  ["empty", ""],
  ["too_long", "a".repeat(WRITE_LIMITS.idLength + 1)],
  ["too_long", "😀".repeat(WRITE_LIMITS.idLength / 2 + 1)],
])("refuses an id that is %s", (problem, id) => {
  expect(new IdPacker().add(utf8(id))).toBe(problem);
});

test.each([
  ["an overlong form", [0xc0, 0xaf]],
  ["half a surrogate pair", [0xed, 0xa0, 0x80]],
  ["what lies beyond Unicode", [0xf4, 0x90, 0x80, 0x80]],
  ["a sequence that is cut off", [0x61, 0xe2, 0x82]],
])("refuses %s", (_what, bytes) => {
  expect(new IdPacker().add(Uint8Array.from(bytes))).toBe("not_utf8");
});

test("takes no more than a list may hold", () => {
  const packer = new IdPacker();
  const id = new Uint8Array(3);
  for (let at = 0; at < WRITE_LIMITS.packedIds; at++) {
    id.set([0x30 + (at % 64), 0x30 + ((at >> 6) % 64), 0x30 + ((at >> 12) % 64)]);
    packer.add(id);
  }

  expect(packer.add(id)).toBe("too_many");
});

test("packs and reads a large list in turns that end soon", async () => {
  const packer = new IdPacker();
  for (let at = 0; at < 50_000; at++) packer.add(utf8(`user-${(at * 7_919) % 50_000}`));
  let pauses = 0;
  const pause = async () => pauses++;

  const packed = await inTurns(packer.finish(), pause);
  const packing = pauses;
  const read = await readIdListInTurns(packed.bytes, pause);

  expect(packed).toMatchObject({ count: 50_000, duplicates: 0 });
  expect(read).toMatchObject({ ok: true, list: { count: 50_000 } });
  expect(packing).toBeGreaterThan(10);
  expect(pauses - packing).toBeGreaterThan(3);
});

test("looks up quickly among ids that were made to hash alike", () => {
  const alike: string[] = [];
  for (let at = 0; alike.length < 3_000; at++) if (murmur3(`${at}`) % 1_024 === 5) alike.push(`${at}`);

  const list = listOf(packIds(alike).bytes);

  expect(alike.every((id) => list.has(id))).toBe(true);
  expect(list.has("no")).toBe(false);
});

function listOf(bytes: Uint8Array): IdList {
  const read = readIdList(bytes);
  if (!read.ok) throw new Error(read.error.message);
  return read.list;
}
