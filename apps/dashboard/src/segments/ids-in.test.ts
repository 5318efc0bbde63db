import { WRITE_LIMITS } from "@burgee/engine";
import { expect, test } from "vitest";
import { idsIn } from "./ids-in.ts";

test("takes the first column, each id once, and leaves out a row of names", () => {
  const text = '\ufeffuserId,plan\r\nada,pro\r\n"bo, the first",free\r\n\r\nada,free\r\n';

  expect(idsIn(text)).toEqual({ ids: ["ada", "bo, the first"], duplicates: 1, rejected: [] });
});

test("says of each row that it leaves out which it is, and why", () => {
  const long = "x".repeat(WRITE_LIMITS.idLength + 1);

  const { ids, rejected } = idsIn(`ada\n"bo\n,pro\n${long}`);

  expect(ids).toEqual(["ada"]);
  expect(rejected.map(({ line, why }) => `${line} ${why}`)).toEqual([
    "2 A quote is not closed.",
    "3 There is no id in the first column.",
    `4 An id has at most ${WRITE_LIMITS.idLength} characters.`,
  ]);
});

test("takes as many as a segment lists itself, and rejects the rest", () => {
  const text = Array.from({ length: WRITE_LIMITS.listedIds + 2 }, (_, index) => `user-${index}`).join("\n");

  const { ids, rejected } = idsIn(text);

  expect([ids.length, rejected.length]).toEqual([WRITE_LIMITS.listedIds, 2]);
});
