import { expect, test } from "vitest";
import { onceWhileItLasts } from "./once-while-it-lasts.ts";

const refused = new Error("connect ECONNREFUSED");
const reset = new Error("read ECONNRESET");

test("reports an error once however long it goes on, and again when it comes back", () => {
  const reported: unknown[] = [];
  let now = 0;
  const report = onceWhileItLasts(
    (error) => reported.push([now, error]),
    () => now,
  );

  for (; now < 600_000; now += 1_000) report(refused);
  now += 30_000;
  report(refused);

  expect(reported).toEqual([
    [0, refused],
    [630_000, refused],
  ]);
});

test("reports another error at once, and neither again while both go on", () => {
  const reported: unknown[] = [];
  const report = onceWhileItLasts((error) => reported.push(error));

  for (const error of [refused, reset, refused, reset]) report(error);

  expect(reported).toEqual([refused, reset]);
});
