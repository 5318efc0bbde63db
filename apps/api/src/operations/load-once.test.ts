import { expect, test } from "vitest";
import { loadOnce } from "./load-once.ts";

test("whoever asks while a part loads waits for the same one", async () => {
  let loads = 0;
  const load = loadOnce(async () => ({ number: ++loads }));

  const [first, second] = await Promise.all([load(), load()]);

  expect([first, second, await load()]).toEqual([{ number: 1 }, { number: 1 }, { number: 1 }]);
});

test("a part that did not load is tried again by the next who asks", async () => {
  let tries = 0;
  const load = loadOnce(async () => {
    tries += 1;
    if (tries === 1) throw new Error("The disk is away.");
    return tries;
  });

  await expect(load()).rejects.toThrow("The disk is away.");

  expect(await load()).toBe(2);
});
