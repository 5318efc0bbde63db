import { expect, test } from "vitest";
import { readPage } from "./pages.ts";

interface Item {
  readonly position: number;
  readonly text: string;
}

test("holds what was asked for, and says where the next one begins", async () => {
  const page = await readPage(sourceOf(30, "x"), { before: undefined, limit: 25 });

  expect(page.items.map(({ position }) => position)).toEqual(Array.from({ length: 25 }, (_, n) => 30 - n));
  expect(page.nextBefore).toBe(6);
});

test.each([
  [5, 25],
  [25, 25],
])("ends with the oldest of %d where %d are asked for", async (count, limit) => {
  const page = await readPage(sourceOf(count, "x"), { before: undefined, limit });

  expect(page).toMatchObject({ nextBefore: null });
  expect(page.items).toHaveLength(count);
});

test("is empty before the oldest", async () => {
  expect(await readPage(sourceOf(3, "x"), { before: 1, limit: 10 })).toEqual({ items: [], nextBefore: null });
});

test("stays small: large items make a short page, and none is left out", async () => {
  const source = sourceOf(12, "x".repeat(700_000));
  const seen: number[] = [];
  let before: number | undefined;
  do {
    const page = await readPage(source, { before, limit: 200 });
    expect(page.items.length).toBeLessThanOrEqual(2);
    seen.push(...page.items.map(({ position }) => position));
    before = page.nextBefore ?? undefined;
  } while (before !== undefined);

  expect(seen).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
});

test("holds one item however large that is", async () => {
  const page = await readPage(sourceOf(2, "x".repeat(3_000_000)), { before: undefined, limit: 10 });

  expect(page).toMatchObject({ items: [{ position: 2 }], nextBefore: 2 });
});

function sourceOf(count: number, text: string) {
  const all = Array.from({ length: count }, (_, index): Item => ({ position: count - index, text }));
  return {
    fetch: async (before: number | undefined, limit: number) =>
      all.filter(({ position }) => before === undefined || position < before).slice(0, limit),
    positionOf: ({ position }: Item) => position,
  };
}
