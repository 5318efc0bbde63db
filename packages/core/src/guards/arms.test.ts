import type { SettingServe } from "@burgee/db";
import { bucketOf } from "@burgee/engine";
import { expect, test } from "vitest";
import { type Arm, armFinder, armsOf, sizeOf } from "./arms.ts";

const SETTING = { salt: "s1", defaultVariant: "off" };
const USERS = Array.from({ length: 2_000 }, (_, at) => `user-${at}`);

test("treatment has what is rolled out, by the engine's own buckets, and control lies at the other end", () => {
  const armOf = finderAt(10_000);

  for (const user of USERS) {
    const bucket = bucketOf("s1", "rollout", user);
    expect(armOf(user)).toBe(bucket < 10_000 ? "treatment" : bucket >= 90_000 ? "control" : undefined);
  }
});

test("up to the half, a growing share takes nobody out of their arm", () => {
  let before = new Map<string, Arm>();
  for (const buckets of [1, 1_000, 10_000, 25_000, 50_000]) {
    const armOf = finderAt(buckets);
    for (const [user, arm] of before) expect(armOf(user)).toBe(arm);
    before = new Map(USERS.flatMap((user) => toEntry(user, armOf(user))));
  }
  expect(before.size).toBe(USERS.length);
});

test.each([1, 10_000, 49_999, 50_000, 80_000, 99_999])(
  "at %d of 100,000 buckets the arms are of one size",
  (buckets) => {
    const arms = percentage(buckets);

    expect(sizeOf(arms.treatment)).toBe(Math.min(buckets, 100_000 - buckets));
    expect(sizeOf(arms.control)).toBe(sizeOf(arms.treatment));
    expect(sizeOf(arms.treatment) + sizeOf(arms.rest)).toBe(buckets);
  },
);

test("where everybody has it there is no control, and where nobody has it nothing at all", () => {
  expect(percentage(100_000)).toMatchObject({ treatment: [[0, 100_000]], control: [], rest: [] });
  expect(percentage(0)).toMatchObject({ treatment: [], control: [], rest: [] });
});

test("of a split, treatment are those who no longer get the default", () => {
  const slices = [
    ["on", 0, 20_000],
    ["off", 20_000, 60_000],
    ["other", 60_000, 70_000],
    ["off", 70_000, 100_000],
  ] as const;
  const serve: SettingServe = { type: "split", slices, stickiness: "userId" };

  expect(armsOf(serve, SETTING)).toMatchObject({
    domain: "variant",
    treatment: [
      [0, 20_000],
      [60_000, 70_000],
    ],
    control: [[70_000, 100_000]],
    rest: [],
  });
});

test("what is served to everybody alike, or hashed in a way that is not known, has no arms", () => {
  expect(armsOf({ type: "variant", variant: "on" }, SETTING)).toBeUndefined();
  expect(armFinder({ ...percentage(50_000), hash: "from a newer release" })("ada")).toBeUndefined();
});

function percentage(buckets: number) {
  const arms = armsOf({ type: "percentage", variant: "on", buckets, stickiness: "userId" }, SETTING);
  if (!arms) throw new Error("A percentage has arms.");
  return arms;
}

function finderAt(buckets: number) {
  return armFinder(percentage(buckets));
}

function toEntry(user: string, arm: Arm | undefined): readonly (readonly [string, Arm])[] {
  return arm ? [[user, arm]] : [];
}
