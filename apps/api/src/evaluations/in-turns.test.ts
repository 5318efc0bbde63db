import { expect, test } from "vitest";
import { inTurns } from "./in-turns.ts";

const items = Array.from({ length: 1_000 }, (_, at) => at);

test("gives what was asked, in order", async () => {
  expect(await inTurns(items, (item) => item * 2)).toEqual(items.map((item) => item * 2));
});

test("lets others have their turn while there is much to do", async () => {
  const order: string[] = [];
  setImmediate(() => order.push("another"));

  await inTurns(items, () => order.push("mine"), { stretchMs: 0, mostMs: 60_000 });

  expect(order).toContain("another");
  expect(order.at(-1)).toBe("mine");
});

test("refuses what costs more than one request may, and says how far it came", async () => {
  const endless = inTurns(items, () => performance.now(), { stretchMs: 0, mostMs: 0 });

  await expect(endless).rejects.toMatchObject({
    code: "limit_reached",
    message: expect.stringMatching(/of 1000 toggles/),
  });
});
